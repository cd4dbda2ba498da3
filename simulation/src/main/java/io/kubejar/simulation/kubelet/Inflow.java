package io.kubejar.simulation.kubelet;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Bytes on their way from a client to a handler. The client's side blocks while the handler is
/// behind; once the handler has closed its side, bytes are dropped.
final class Inflow extends InputStream {
  private static final int CHUNKS_MAX = 64;
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS_MAX);
  private byte[] chunk = {};
  private int position;
  private boolean ended;
  private volatile boolean closed;

  /// For the client's side, which gives the bytes away.
  void put(byte[] bytes) throws InterruptedIOException {
    if (bytes.length > 0) {
      add(bytes);
    }
  }

  /// Nothing more comes.
  void end() throws InterruptedIOException {
    add(END);
  }

  private void add(byte[] bytes) throws InterruptedIOException {
    try {
      if (!closed) {
        chunks.put(bytes);
      }
      if (closed) {
        chunks.clear();
      }
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (position == chunk.length && !ended) {
      take();
    }
    if (ended) {
      return -1;
    }
    int n = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, bytes, offset, n);
    position += n;
    return n;
  }

  private void take() throws InterruptedIOException {
    try {
      chunk = chunks.take();
      position = 0;
      ended = chunk.length == 0;
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("nobody waits any more");
  }

  /// For the handler's side.
  @Override
  public void close() {
    closed = true;
    chunks.clear();
  }
}
