package io.kubejar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;

/// An answer on an HTTP/1.1 connection.
final class Http1Wire implements Wire {
  private final Http1Connection connection;
  private final Channel channel;
  private final Outflow outflow;
  private final boolean chunks;
  private boolean endsByClosing;

  Http1Wire(Http1Connection connection, Channel channel, ServerOptions options, boolean chunks) {
    this.connection = connection;
    this.channel = channel;
    this.chunks = chunks;
    this.outflow = new Outflow(channel, options);
  }

  @Override
  public Outflow outflow() {
    return outflow;
  }

  @Override
  public void head(int status, Headers headers, long length, boolean last) {
    var response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    fill(response.headers(), headers, length, last);
    if (last) {
      Sending.write(channel, response);
      Sending.flush(channel, LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      Sending.flush(channel, response);
    }
  }

  @Override
  public void answer(int status, Headers headers, byte[] content) throws IOException {
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(content));
    fill(response.headers(), headers, content.length, false);
    outflow.send(response, content.length);
  }

  @Override
  public Object data(ByteBuf bytes) {
    return new DefaultHttpContent(bytes);
  }

  @Override
  public void end() {
    Sending.flush(channel, LastHttpContent.EMPTY_LAST_CONTENT);
    if (endsByClosing) {
      Closing.afterFlush(channel);
    }
  }

  @Override
  public void abort() {
    Closing.now(channel);
  }

  @Override
  public void goAhead() {
    Sending.flush(
        channel,
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
  }

  @Override
  public Upgraded upgrade(Headers headers) throws IOException {
    return connection.onEventLoop(() -> connection.becomeRaw(headers));
  }

  @Override
  public WebSocketStream webSocket(String subprotocol, Headers headers) throws IOException {
    return connection.onEventLoop(() -> connection.becomeWebSocket(subprotocol, headers));
  }

  private void fill(HttpHeaders target, Headers headers, long length, boolean last) {
    for (var field : headers.fields()) {
      target.add(field.name(), field.value());
    }
    if (length >= 0) {
      target.set(HttpHeaderNames.CONTENT_LENGTH, length);
    } else if (!last && chunks) {
      target.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    } else if (!last) {
      endsByClosing = true;
    }
    if (headers.lists("Connection", "close")) {
      connection.closeAfterAnswer();
    }
    if (endsByClosing || connection.closesAfterAnswer()) {
      target.set(HttpHeaderNames.CONNECTION, "close");
    } else if (!chunks) {
      target.set(HttpHeaderNames.CONNECTION, "keep-alive");
    }
  }
}
