package io.kubejar.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP/2 connection with its streams. All methods run on the connection's event loop, but for
/// those that say otherwise.
final class Http2Connection extends ChannelInboundHandlerAdapter implements Serving.Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

  private static final int STREAM_WINDOW = 256 << 10;

  /// Larger than a stream's: one handler that does not read its body must not stop the others'.
  private static final int CONNECTION_WINDOW = 8 << 20;

  private static final int HALF_MINUTE_SECONDS = 30;
  private static final int EMPTY_FRAMES_IN_A_ROW = 100;

  /// How long requests that crossed our announcement to leave are still taken.
  private static final long LEAVING_GRACE_MILLIS = 100;

  private final Serving serving;
  private final Peer peer;
  private final Channel channel;
  private final Http2FrameCodec codec;
  private int streams;
  private int handlers;
  private boolean leaving;
  private boolean refusing;
  private @Nullable ScheduledFuture<?> idle;

  Http2Connection(Serving serving, Peer peer, Channel channel) {
    this.serving = serving;
    this.peer = peer;
    this.channel = channel;
    var limits = serving.options().limits();
    this.codec =
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(limits.streams())
                    .maxHeaderListSize(limits.headBytes())
                    .initialWindowSize(STREAM_WINDOW))
            // The default of 200 resets would end every watch of a client that cancels some.
            .decoderEnforceMaxRstFramesPerWindow(limits.resetsPerHalfMinute(), HALF_MINUTE_SECONDS)
            .encoderEnforceMaxRstFramesPerWindow(limits.resetsPerHalfMinute(), HALF_MINUTE_SECONDS)
            .decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_FRAMES_IN_A_ROW)
            .build();
  }

  void install() {
    var streamStart =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new Http2Stream(Http2Connection.this, stream));
          }
        };
    channel.pipeline().addLast(codec, new Http2MultiplexHandler(streamStart), this);
    widenConnectionWindow();
    armIdle();
    serving.opened(this);
  }

  Serving serving() {
    return serving;
  }

  Peer peer() {
    return peer;
  }

  /// Counts a stream in. False if it must be refused: cancelled requests whose handlers still run
  /// count too, so that opening and cancelling in a hurry buys no extra work.
  boolean admitHandler() {
    if (refusing || handlers >= 2 * serving.options().limits().streams()) {
      return false;
    }
    handlers++;
    return true;
  }

  void handlerDone() {
    handlers--;
  }

  void streamOpened() {
    streams++;
    disarmIdle();
  }

  void streamClosed() {
    streams--;
    if (streams > 0) {
      return;
    }
    if (refusing) {
      Closing.afterFlush(channel);
    } else if (!leaving) {
      armIdle();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(
        message); // Settings, pings and the like: the codec has acted on them.
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    serving.closed(this);
    disarmIdle();
    super.channelInactive(context);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      Closing.now(channel);
    }
    super.userEventTriggered(context, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("connection broke peer={}: {}", peer.address(), cause.toString());
    Closing.now(channel);
  }

  /// May be called by any thread. Peers are told in two steps, so that a request already on its way
  /// is still answered.
  @Override
  public void leave() {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(this::leave);
      return;
    }
    if (leaving) {
      return;
    }
    leaving = true;
    if (streams == 0) {
      refusing = true;
      sayGoodbye(0);
      Closing.afterFlush(channel);
      return;
    }
    sayGoodbye(Integer.MAX_VALUE);
    ScheduledFuture<?> _ =
        channel
            .eventLoop()
            .schedule(this::refuseFurther, LEAVING_GRACE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// The requests that are here are the connection's last. May be called by any thread. Peers are
  /// told which is the last one, in one step: there are clients that go on as before if they hear
  /// that any number of further ones may come.
  void takeNoMore() {
    if (channel.eventLoop().inEventLoop()) {
      leaving = true;
      refuseFurther();
    } else {
      channel.eventLoop().execute(this::takeNoMore);
    }
  }

  private void refuseFurther() {
    if (refusing) {
      return;
    }
    refusing = true;
    sayGoodbye(0);
    if (streams == 0) {
      Closing.afterFlush(channel);
    }
  }

  private void sayGoodbye(int furtherStreams) {
    if (channel.isActive()) {
      var goAway = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
      goAway.setExtraStreamIds(furtherStreams);
      // Through the whole pipeline: the codec's own context leads past the codec.
      channel.writeAndFlush(goAway).addListener(this::said);
    }
  }

  private void said(Future<? super Void> goAway) {
    if (!goAway.isSuccess()) {
      LOG.debug("goodbye not said peer={}: {}", peer.address(), String.valueOf(goAway.cause()));
    }
  }

  private void widenConnectionWindow() {
    try {
      var connection = codec.connection();
      connection
          .local()
          .flowController()
          .incrementWindowSize(connection.connectionStream(), CONNECTION_WINDOW);
      channel.flush();
    } catch (Http2Exception e) {
      LOG.warn("window not widened peer={}: {}", peer.address(), e.toString());
    }
  }

  private void armIdle() {
    disarmIdle();
    var time = serving.options().timeouts().idle();
    idle = channel.eventLoop().schedule(this::leave, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void disarmIdle() {
    if (idle != null) {
      idle.cancel(false);
      idle = null;
    }
  }
}
