package io.kubejar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/// An answer on an HTTP/2 stream.
final class Http2Wire implements Wire {
  /// Fields about a connection, which HTTP/2 has other means for.
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private final Channel channel;
  private final Outflow outflow;
  private final Runnable leave;

  /// @param leave told when the answer says that its connection shall be the last
  Http2Wire(Channel channel, ServerOptions options, Runnable leave) {
    this.leave = leave;
    this.channel = channel;
    this.outflow = new Outflow(channel, options);
  }

  @Override
  public Outflow outflow() {
    return outflow;
  }

  @Override
  public void head(int status, Headers headers, long length, boolean last) {
    Sending.flush(channel, new DefaultHttp2HeadersFrame(fields(status, headers, length), last));
  }

  @Override
  public void answer(int status, Headers headers, byte[] content) throws IOException {
    Sending.write(
        channel, new DefaultHttp2HeadersFrame(fields(status, headers, content.length), false));
    var body = new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(content), true);
    outflow.send(body, content.length);
  }

  @Override
  public Object data(ByteBuf bytes) {
    return new DefaultHttp2DataFrame(bytes);
  }

  @Override
  public void end() {
    Sending.flush(channel, new DefaultHttp2DataFrame(true));
  }

  @Override
  public void abort() {
    Sending.flush(channel, new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
  }

  @Override
  public void goAhead() {
    var headers = new DefaultHttp2Headers().status("100");
    Sending.flush(channel, new DefaultHttp2HeadersFrame(headers, false));
  }

  @Override
  public Upgraded upgrade(Headers headers) {
    throw new IllegalStateException("HTTP/2 has no upgrade");
  }

  @Override
  public WebSocketStream webSocket(String subprotocol, Headers headers) {
    throw new IllegalStateException("HTTP/2 has no upgrade");
  }

  /// The answer is complete: the rest of the request is not wanted.
  void stopPeer() {
    Sending.flush(channel, new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
  }

  private Http2Headers fields(int status, Headers headers, long length) {
    var fields = new DefaultHttp2Headers().status(Integer.toString(status));
    for (var field : headers.fields()) {
      var name = field.name().toLowerCase(Locale.ROOT);
      if (!OF_THE_CONNECTION.contains(name)) {
        fields.add(name, field.value());
      }
    }
    if (headers.lists("Connection", "close")) {
      leave.run(); // HTTP/2 says it by a frame of its own.
    }
    if (length >= 0) {
      fields.set("content-length", Long.toString(length));
    }
    return fields;
  }
}
