package io.kubejar.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP/2 stream: one request and its answer. Runs on the connection's event loop.
final class Http2Stream extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Stream.class);

  private final Http2Connection connection;
  private final Channel channel;
  private @Nullable ServerExchange exchange;
  private @Nullable Http2Wire wire;

  Http2Stream(Http2Connection connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    connection.streamOpened();
    ChannelFuture _ = channel.closeFuture().addListener(closed -> connection.streamClosed());
    super.channelActive(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      switch (message) {
        case Http2HeadersFrame frame -> headers(frame);
        case Http2DataFrame frame -> data(frame);
        case Http2ResetFrame frame -> cancel("the peer reset the stream: " + frame.errorCode());
        default -> {} // Nothing else concerns a request.
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof Http2ResetFrame frame) {
      cancel("the peer reset the stream: " + frame.errorCode());
    }
    super.userEventTriggered(context, event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    cancel("the peer closed the connection");
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("stream broke peer={}: {}", connection.peer().address(), cause.toString());
    Closing.now(channel);
  }

  private void headers(Http2HeadersFrame frame) {
    if (exchange != null) {
      if (frame.isEndStream()) { // Trailers: nobody needs what they say.
        exchange.inflow().end();
      }
      return;
    }
    if (!connection.admitHandler()) {
      Sending.flush(channel, new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
      Closing.now(channel);
      return;
    }
    begin(frame);
  }

  private void begin(Http2HeadersFrame frame) {
    var options = connection.serving().options();
    var head = requestHead(frame.headers());
    var body =
        new Inflow(
            options.limits().bodyBytes(),
            options.timeouts().body(),
            more -> channel.config().setAutoRead(more));
    if (frame.isEndStream()) {
      body.end();
    }
    body.announce(announced(head.headers()));
    var answer = new Http2Wire(channel, options, connection::takeNoMore);
    var started = new ServerExchange(head, body, answer, connection.peer());
    wire = answer;
    exchange = started;
    connection.serving().handle(started, channel.eventLoop(), () -> done(started, answer));
  }

  private void data(Http2DataFrame frame) {
    if (exchange == null) {
      return;
    }
    exchange.inflow().offer(frame.content());
    if (frame.isEndStream()) {
      exchange.inflow().end();
    }
  }

  private void done(ServerExchange done, Http2Wire answer) {
    connection.handlerDone();
    if (!done.inflow().complete()) {
      done.inflow().discard();
      answer.stopPeer();
    }
  }

  private void cancel(String why) {
    if (wire != null) {
      wire.outflow().fail(new PeerGoneException(why));
    }
    if (exchange != null) {
      exchange.cancel(why);
    }
  }

  private RequestHead requestHead(Http2Headers headers) {
    var fields = new ArrayList<Headers.Header>(headers.size());
    if (headers.authority() != null) {
      fields.add(new Headers.Header("host", headers.authority().toString()));
    }
    for (var field : headers) {
      if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(field.getKey())) {
        fields.add(new Headers.Header(field.getKey().toString(), field.getValue().toString()));
      }
    }
    var method = String.valueOf(headers.method());
    var path = headers.path() == null ? "/" : headers.path().toString();
    return RequestHead.of(method, path, new Headers(fields), connection.peer().scheme(), true);
  }

  private static long announced(Headers headers) {
    try {
      return headers.first("content-length").map(Long::parseLong).orElse(0L);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE; // Whatever it means, it is not a size we take.
    }
  }
}
