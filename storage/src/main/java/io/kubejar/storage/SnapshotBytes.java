package io.kubejar.storage;

import io.kubejar.storage.disk.Disk;
import io.kubejar.storage.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// Snapshots as bytes instead of files, in the form they have on disks: the disk here is an array
/// with room for one file.
final class SnapshotBytes {
  private static final UUID NO_STORE = new UUID(0, 0);

  private SnapshotBytes() {}

  static byte[] write(State state) {
    var base = new Change(state.revision(), List.of(), state.items(), 0);
    var disk = new OneFile(new byte[0]);
    try {
      var writer = SnapshotWriter.begin(disk, LogFormat.Checksum.CRC, NO_STORE, base);
      while (writer.step()) {
        // The next piece.
      }
      return disk.bytes();
    } catch (IOException e) {
      throw new UncheckedIOException("memory has no such errors", e);
    }
  }

  /// @throws CorruptStoreException if they are not what was written
  static State read(byte[] bytes) {
    var block = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, LogFormat.BLOCK_BYTES)).slice();
    var header = SnapshotHeader.decode(block, LogFormat.Checksum.CRC, "the snapshot");
    var name = FileNames.of(FileNames.SNAPSHOT, header.revision());
    try {
      return SnapshotReader.read(new OneFile(bytes), name, LogFormat.Checksum.CRC).state();
    } catch (IOException e) {
      throw new UncheckedIOException("memory has no such errors", e);
    }
  }

  /// A disk on which every name is that of the same file.
  private static final class OneFile implements Disk, DiskFile {
    private byte[] content;

    /// What is beyond is room to grow.
    private int length;

    OneFile(byte[] content) {
      this.content = content;
      length = content.length;
    }

    byte[] bytes() {
      return Arrays.copyOf(content, length);
    }

    @Override
    public List<String> list() {
      return List.of();
    }

    @Override
    public DiskFile create(String name) {
      return this;
    }

    @Override
    public DiskFile open(String name) {
      return this;
    }

    @Override
    public void rename(String from, String to) {}

    @Override
    public void delete(String name) {}

    @Override
    public Closeable lock() {
      return () -> {};
    }

    @Override
    public long size() {
      return length;
    }

    @Override
    public void read(long position, ByteBuffer target) {
      int from = Math.min(Math.toIntExact(position), length);
      target.put(content, from, Math.min(target.remaining(), length - from));
    }

    @Override
    public void write(long position, ByteBuffer source) {
      int end = Math.toIntExact(position + source.remaining());
      if (end > content.length) {
        content = Arrays.copyOf(content, Math.max(end, content.length + (content.length >> 1)));
      }
      length = Math.max(length, end);
      source.get(content, Math.toIntExact(position), source.remaining());
    }

    @Override
    public void truncate(long size) {
      length = Math.toIntExact(size);
    }

    @Override
    public void sync() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
      return "memory";
    }
  }
}
