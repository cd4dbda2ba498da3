package io.kubejar.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file.
public interface DiskFile extends Closeable {

  long size() throws IOException;

  /// Reads until the buffer is full or the file ends.
  void read(long position, ByteBuffer target) throws IOException;

  /// Writes the whole buffer; the file grows as needed.
  void write(long position, ByteBuffer source) throws IOException;

  /// Cuts the file.
  void truncate(long size) throws IOException;

  /// Makes all bytes, and the size, durable. After a failure nobody knows what is durable, and
  /// trying again would not tell.
  void sync() throws IOException;
}
