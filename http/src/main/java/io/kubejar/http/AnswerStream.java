package io.kubejar.http;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/// The body of an answer on its way out.
final class AnswerStream extends ResponseStream {
  private static final int BUFFER = 16 << 10;

  private final Wire wire;
  private final boolean discard;
  private byte[] buffer = new byte[0];
  private int filled;
  private boolean closed;

  /// With `discard` the bytes go nowhere: the answer to a HEAD has no body.
  AnswerStream(Wire wire, boolean discard) {
    this.wire = wire;
    this.discard = discard;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    ensureOpen();
    if (discard) {
      return;
    }
    if (filled + length > BUFFER) {
      flush();
    }
    if (length > BUFFER) {
      send(Arrays.copyOfRange(bytes, offset, offset + length), length);
      return;
    }
    if (buffer.length < filled + length) {
      buffer = Arrays.copyOf(buffer, Math.min(BUFFER, Math.max(512, 2 * (filled + length))));
    }
    System.arraycopy(bytes, offset, buffer, filled, length);
    filled += length;
  }

  @Override
  public void writeShared(byte[] bytes) throws IOException {
    if (bytes.length < BUFFER / 4 || discard) {
      write(bytes, 0, bytes.length);
      return;
    }
    ensureOpen();
    flush();
    send(bytes, bytes.length);
  }

  @Override
  public void flush() throws IOException {
    ensureOpen();
    if (filled > 0) {
      var full = buffer;
      int length = filled;
      buffer = new byte[0]; // What is being sent must not change any more.
      filled = 0;
      send(full, length);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    flush();
    closed = true;
    if (!discard) {
      wire.end();
    }
  }

  private void send(byte[] bytes, int length) throws IOException {
    wire.outflow().write(bytes, 0, length, wire::data);
  }

  private void ensureOpen() throws IOException {
    if (closed) {
      throw new IOException("the answer is already complete");
    }
  }
}
