package io.kubejar.http;

import java.io.IOException;
import java.io.OutputStream;

/// The body of an answer that is still being written. Bytes are collected until [#flush] or until a
/// buffer is full. Writing blocks while the peer does not read, and throws [PeerGoneException] once
/// it went away. For use by one thread at a time.
public abstract class ResponseStream extends OutputStream {
  @Override
  public final void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;

  /// Writes bytes that nobody will change any more: large ones are sent without a copy.
  public abstract void writeShared(byte[] bytes) throws IOException;
}
