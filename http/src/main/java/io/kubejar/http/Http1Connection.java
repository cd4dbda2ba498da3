package io.kubejar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP/1.1 connection: one request after the other, until it closes or leaves HTTP. All
/// methods run on the connection's event loop, but for those that say otherwise.
final class Http1Connection extends ChannelInboundHandlerAdapter implements Serving.Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

  /// How much of an unwanted body is read: many clients see the answer only after they sent it all.
  private static final long DISCARD_AT_MOST = 8 << 20;

  private final Serving serving;
  private final Peer peer;
  private final RequestDecoder decoder;
  private final ResponseEncoder encoder;
  private final Channel channel;
  private @Nullable ServerExchange current;
  private @Nullable Http1Wire wire;
  private @Nullable Inflow discarded;
  private @Nullable RawSession raw;
  private @Nullable WebSocketSession webSocket;
  private boolean keepAlive;
  private boolean leaving;
  private volatile boolean lastAnswer;
  private boolean timingHead;
  private @Nullable ScheduledFuture<?> deadline;

  Http1Connection(Serving serving, Peer peer, Channel channel) {
    this.serving = serving;
    this.peer = peer;
    this.channel = channel;
    this.decoder = new RequestDecoder(serving.options().limits().headBytes());
    this.encoder = new ResponseEncoder();
  }

  void install() {
    channel.pipeline().addLast(decoder, encoder, this);
    arm(serving.options().timeouts().idle());
    serving.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    try {
      if (message instanceof HttpRequest request) {
        begin(request);
      }
      if (message instanceof HttpContent content) {
        takeBody(content);
      } else if (message instanceof WebSocketFrame frame && webSocket != null) {
        webSocket.received(frame);
      } else if (message instanceof ByteBuf bytes && raw != null) {
        raw.inflow().offer(bytes);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (current == null && !timingHead && decoder.midRequest() && discarded == null) {
      timingHead = true; // From the first byte on, a head must come in a bounded time.
      arm(serving.options().timeouts().head());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      inputEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    serving.closed(this);
    disarm();
    var gone = new PeerGoneException("the peer closed the connection");
    if (wire != null) {
      wire.outflow().fail(gone);
    }
    if (raw != null) {
      raw.gone(gone);
    }
    if (webSocket != null) {
      webSocket.gone();
    }
    if (current != null) {
      current.cancel("the peer closed the connection");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("connection broke peer={}: {}", peer.address(), cause.toString());
    Closing.now(channel);
  }

  /// May be called by any thread.
  @Override
  public void leave() {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(this::leave);
      return;
    }
    leaving = true;
    if (current == null && !decoder.midRequest()) {
      Closing.now(channel);
    }
  }

  boolean closesAfterAnswer() {
    return !keepAlive || leaving || lastAnswer || serving.leaving();
  }

  /// The answer being given is the connection's last. May be called by any thread.
  void closeAfterAnswer() {
    lastAnswer = true;
  }

  /// Leaves HTTP; what the peer sent early reaches the session.
  RawSession becomeRaw(Headers headers) {
    var session = new RawSession(channel, serving.options());
    raw = session;
    sendSwitching(headers);
    channel.pipeline().remove(encoder);
    channel.pipeline().remove(decoder);
    channel.config().setAutoRead(true);
    return session;
  }

  WebSocketSession becomeWebSocket(String subprotocol, Headers headers) {
    var session = new WebSocketSession(channel, serving.options(), subprotocol);
    webSocket = session;
    sendSwitching(headers);
    channel.pipeline().remove(encoder);
    var pipeline = channel.pipeline();
    WebSocketSession.codec()
        .forEach(handler -> pipeline.addBefore(pipeline.context(this).name(), null, handler));
    pipeline.remove(decoder);
    channel.config().setAutoRead(true);
    return session;
  }

  private void begin(HttpRequest request) {
    disarm();
    timingHead = false;
    if (request.decoderResult().isFailure()) {
      refuse(statusOf(request.decoderResult().cause()));
      return;
    }
    var fields = new ArrayList<Headers.Header>(request.headers().size());
    for (var field : request.headers()) {
      fields.add(new Headers.Header(field.getKey(), field.getValue()));
    }
    var headers = new Headers(fields);
    var head =
        RequestHead.of(request.method().name(), request.uri(), headers, peer.scheme(), false);
    var options = serving.options();
    var body =
        new Inflow(
            options.limits().bodyBytes(),
            options.timeouts().body(),
            more -> channel.config().setAutoRead(more));
    body.announce(HttpUtil.getContentLength(request, 0L));
    keepAlive = HttpUtil.isKeepAlive(request);
    encoder.headRequest(head.method().equals("HEAD"));
    boolean chunks = request.protocolVersion().isKeepAliveDefault(); // HTTP/1.0 has none.
    var answer = new Http1Wire(this, channel, options, chunks);
    var exchange = new ServerExchange(head, body, answer, peer);
    wire = answer;
    current = exchange;
    serving.handle(exchange, channel.eventLoop(), () -> done(exchange));
  }

  private void takeBody(HttpContent content) throws Exception {
    var target = current != null ? current.inflow() : discarded;
    if (content.decoderResult().isFailure()) {
      if (target != null) {
        target.fail(new PeerGoneException("the request body is malformed"));
      }
      leaving = true;
      decoder.pause();
      return;
    }
    if (target != null) {
      target.offer(content.content());
    }
    if (!(content instanceof LastHttpContent)) {
      if (discarded != null && discarded.arrived() > DISCARD_AT_MOST) {
        discarded = null;
        Closing.lingering(channel);
      }
      return;
    }
    decoder.pause();
    if (target != null) {
      target.end();
    }
    if (discarded != null) {
      discarded = null;
      channel.eventLoop().execute(this::nextRequest);
    }
  }

  /// The handler has returned, and all it wrote was queued before.
  private void done(ServerExchange exchange) {
    if (raw != null || webSocket != null) {
      Closing.afterFlush(channel);
      return;
    }
    boolean last = closesAfterAnswer();
    current = null;
    wire = null;
    var body = exchange.inflow();
    if (body.complete()) {
      if (last) {
        Closing.afterFlush(channel);
      } else {
        nextRequest();
      }
      return;
    }
    body.discard();
    boolean neverAsked = exchange.head().headers().contains("Expect") && body.arrived() == 0;
    if (last || neverAsked || body.arrived() > DISCARD_AT_MOST) {
      Closing.lingering(channel);
      return;
    }
    discarded = body;
    arm(serving.options().timeouts().body());
  }

  private void nextRequest() {
    if (!channel.isActive()) {
      return;
    }
    arm(serving.options().timeouts().idle());
    try {
      decoder.resume(channel.pipeline().context(decoder));
    } catch (Exception e) {
      LOG.debug("connection broke peer={}: {}", peer.address(), e.toString());
      Closing.now(channel);
    }
  }

  private void inputEnded() {
    if (raw != null) {
      raw.inflow().end();
    } else if (webSocket != null) {
      webSocket.gone();
    } else if (current != null) {
      leaving = true;
      current.cancel("the peer ended its side of the connection");
    } else {
      Closing.now(channel);
    }
  }

  private void refuse(HttpResponseStatus status) {
    leaving = true;
    decoder.pause();
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    response.headers().set(HttpHeaderNames.CONNECTION, "close");
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    Sending.flush(channel, response);
    Closing.lingering(channel);
  }

  private void sendSwitching(Headers headers) {
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    for (var field : headers.fields()) {
      response.headers().add(field.name(), field.value());
    }
    Sending.flush(channel, response);
  }

  private static HttpResponseStatus statusOf(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException e -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
      case TooLongHttpHeaderException e -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
      default -> HttpResponseStatus.BAD_REQUEST;
    };
  }

  private void arm(Duration time) {
    disarm();
    deadline = channel.eventLoop().schedule(this::overdue, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void disarm() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private void overdue() {
    deadline = null;
    if (timingHead) {
      refuse(HttpResponseStatus.REQUEST_TIMEOUT);
    } else {
      Closing.now(channel);
    }
  }

  /// Runs an upgrade on the event loop and waits for it; called by the handler's thread.
  <T> T onEventLoop(Callable<T> change) throws IOException {
    try {
      return channel.eventLoop().submit(change).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while upgrading");
    } catch (ExecutionException e) {
      throw new PeerGoneException("the connection cannot be upgraded: " + e.getCause());
    }
  }
}
