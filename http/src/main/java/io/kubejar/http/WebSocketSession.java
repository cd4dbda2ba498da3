package io.kubejar.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// WebSocket messages on a connection that left HTTP.
final class WebSocketSession implements WebSocketStream {
  /// The largest message taken, in all its fragments.
  private static final int MAX_MESSAGE = 4 << 20;

  private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int PAUSE_AT_MESSAGES = 64;
  private static final int PAUSE_AT_BYTES = 256 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<WebSocketMessage> messages = new ArrayDeque<>();
  private final Channel channel;
  private final Outflow outflow;
  private final String subprotocol;
  private int queuedBytes;
  private boolean paused;
  private boolean ended;
  private boolean closing;

  WebSocketSession(Channel channel, ServerOptions options, String subprotocol) {
    this.channel = channel;
    this.outflow = new Outflow(channel, options);
    this.subprotocol = subprotocol;
  }

  /// Whether a request's headers are those of a handshake we understand.
  static boolean offered(Headers request) {
    return request.lists("Upgrade", "websocket")
        && request.contains("Sec-WebSocket-Key")
        && request.firstOr("Sec-WebSocket-Version", "").equals("13");
  }

  /// The headers that accept a handshake (RFC 6455, 4.2.2).
  static Headers accept(Headers request, String subprotocol, Headers further) {
    var key = request.firstOr("Sec-WebSocket-Key", "") + KEY_SUFFIX;
    try {
      var hash = MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.US_ASCII));
      var headers =
          further
              .replacing("Upgrade", "websocket")
              .replacing("Connection", "Upgrade")
              .with("Sec-WebSocket-Accept", Base64.getEncoder().encodeToString(hash));
      return subprotocol.isEmpty() ? headers : headers.with("Sec-WebSocket-Protocol", subprotocol);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-1", e);
    }
  }

  static List<ChannelHandler> codec() {
    var config =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(MAX_MESSAGE)
            .expectMaskedFrames(true)
            .allowExtensions(false)
            .build();
    return List.of(
        new WebSocket13FrameDecoder(config),
        new WebSocket13FrameEncoder(false),
        new WebSocketFrameAggregator(MAX_MESSAGE));
  }

  @Override
  public String subprotocol() {
    return subprotocol;
  }

  @Override
  public Optional<WebSocketMessage> receive() throws IOException {
    lock.lock();
    try {
      while (messages.isEmpty() && !ended) {
        arrived.await();
      }
      var message = messages.poll();
      if (message == null) {
        return Optional.empty();
      }
      queuedBytes -= size(message);
      if (paused && messages.isEmpty()) {
        paused = false;
        channel.config().setAutoRead(true);
      }
      return Optional.of(message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a message");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void send(WebSocketMessage message) throws IOException {
    var frame =
        switch (message) {
          case WebSocketMessage.Text(var text) -> new TextWebSocketFrame(text);
          case WebSocketMessage.Binary(var bytes) ->
              new BinaryWebSocketFrame(Unpooled.copiedBuffer(bytes));
        };
    outflow.send(frame, frame.content().readableBytes());
  }

  @Override
  public void close(int code, String reason) {
    lock.lock();
    try {
      ended = true;
      arrived.signalAll();
      if (closing) {
        return;
      }
      closing = true;
    } finally {
      lock.unlock();
    }
    Sending.flush(channel, new CloseWebSocketFrame(code, reason));
    Closing.afterFlush(channel);
  }

  /// Takes a frame; called by the event loop.
  void received(WebSocketFrame frame) {
    switch (frame) {
      case TextWebSocketFrame text -> queue(new WebSocketMessage.Text(text.text()));
      case BinaryWebSocketFrame binary ->
          queue(new WebSocketMessage.Binary(ByteBufUtil.getBytes(binary.content())));
      case PingWebSocketFrame ping ->
          Sending.flush(channel, new PongWebSocketFrame(ping.content().retain()));
      case CloseWebSocketFrame close -> {
        gone();
        channel
            .writeAndFlush(new CloseWebSocketFrame(Math.max(close.statusCode(), 1000), ""))
            .addListener(ChannelFutureListener.CLOSE);
      }
      default -> {} // Pongs need no answer.
    }
  }

  /// No more messages will come.
  void gone() {
    lock.lock();
    try {
      ended = true;
      closing = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    outflow.fail(new PeerGoneException("the peer closed the WebSocket"));
  }

  private void queue(WebSocketMessage message) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      messages.add(message);
      queuedBytes += size(message);
      if (!paused && (messages.size() >= PAUSE_AT_MESSAGES || queuedBytes >= PAUSE_AT_BYTES)) {
        paused = true;
        channel.config().setAutoRead(false);
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static int size(WebSocketMessage message) {
    return switch (message) {
      case WebSocketMessage.Text(var text) -> text.getBytes(StandardCharsets.UTF_8).length;
      case WebSocketMessage.Binary(var bytes) -> bytes.length;
    };
  }
}
