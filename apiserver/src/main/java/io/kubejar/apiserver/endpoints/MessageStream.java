package io.kubejar.apiserver.endpoints;

import io.kubejar.http.ResponseStream;
import io.kubejar.http.WebSocketMessage;
import io.kubejar.http.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Sends as one WebSocket message whatever was written between two flushes.
final class MessageStream extends ResponseStream {
  /// The length before each binary event: a message knows its own.
  private static final int LENGTH_BYTES = Integer.BYTES;

  private final WebSocketStream socket;
  private final boolean text;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();

  MessageStream(WebSocketStream socket, boolean text) {
    this.socket = socket;
    this.text = text;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    message.write(bytes, offset, length);
  }

  @Override
  public void writeShared(byte[] bytes) {
    message.writeBytes(bytes);
  }

  @Override
  public void flush() throws IOException {
    if (message.size() > 0) {
      socket.send(message());
      message.reset();
    }
  }

  private WebSocketMessage message() {
    if (text) {
      return new WebSocketMessage.Text(message.toString(StandardCharsets.UTF_8));
    }
    var framed = message.toByteArray();
    return new WebSocketMessage.Binary(
        java.util.Arrays.copyOfRange(framed, LENGTH_BYTES, framed.length));
  }

  @Override
  public void close() throws IOException {
    flush();
    socket.close();
  }
}
