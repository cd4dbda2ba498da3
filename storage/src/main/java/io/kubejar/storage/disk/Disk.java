package io.kubejar.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// One directory of files.
public interface Disk {

  /// The names of all files.
  List<String> list() throws IOException;

  /// Makes an empty file, which must not exist yet.
  DiskFile create(String name) throws IOException;

  /// Opens a file, which must exist, for reading and writing.
  DiskFile open(String name) throws IOException;

  /// Gives a file another name, under which none exists.
  void rename(String from, String to) throws IOException;

  void delete(String name) throws IOException;

  /// Makes all names durable.
  void sync() throws IOException;

  /// Takes the directory for this process, until the answer is closed or the process ends.
  ///
  /// @throws DiskLockedException if somebody has it
  Closeable lock() throws IOException;

  /// Where this is, for messages.
  @Override
  String toString();
}
