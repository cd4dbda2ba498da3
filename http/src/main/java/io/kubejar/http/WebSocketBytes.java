package io.kubejar.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// A WebSocket whose messages are only pieces of two streams of bytes: a tunnel for another
/// protocol.
public final class WebSocketBytes implements DuplexStream {
  private final WebSocketStream socket;
  private final InputStream input = new Input();
  private final OutputStream output = new Output();

  public WebSocketBytes(WebSocketStream socket) {
    this.socket = socket;
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  /// A WebSocket cannot end one direction only.
  @Override
  public void closeOutput() {
    socket.close();
  }

  @Override
  public void close() {
    socket.close();
  }

  private final class Input extends InputStream {
    private byte[] message = new byte[0];
    private int position;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      while (position == message.length) {
        var next = socket.receive();
        if (next.isEmpty()) {
          return -1;
        }
        message =
            switch (next.get()) {
              case WebSocketMessage.Binary(var bytes) -> bytes;
              case WebSocketMessage.Text(var text) -> text.getBytes(StandardCharsets.UTF_8);
            };
        position = 0;
      }
      int count = Math.min(length, message.length - position);
      System.arraycopy(message, position, target, offset, count);
      position += count;
      return count;
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      socket.send(new WebSocketMessage.Binary(Arrays.copyOfRange(bytes, offset, offset + length)));
    }
  }
}
