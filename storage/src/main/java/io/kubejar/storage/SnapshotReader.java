package io.kubejar.storage;

import io.kubejar.storage.disk.Disk;
import io.kubejar.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads a snapshot back, and believes none of it before its checksum was right.
///
/// @param bytes the size of the file
record SnapshotReader(UUID store, State state, long bytes) {

  static SnapshotReader read(Disk disk, String name, LogFormat.Checksum checksum)
      throws IOException {
    var where = "the snapshot " + name + " in " + disk;
    try (var file = disk.open(name)) {
      long size = file.size();
      var header =
          SnapshotHeader.decode(
              read(file, 0, (int) Math.min(size, LogFormat.BLOCK_BYTES)), checksum, where);
      if (header.revision() != FileNames.number(name, FileNames.SNAPSHOT)) {
        throw new CorruptStoreException(where + " is of revision " + header.revision());
      }
      var items = new ArrayList<Item>();
      long position = LogFormat.BLOCK_BYTES;
      int chain = 0;
      while (items.size() < header.items()) {
        var frame = readFrame(file, position, size, where);
        if (frame.getInt(0) != checksum.of(frame.slice(4, frame.limit() - 4))
            || frame.getInt(8) != chain) {
          throw new CorruptStoreException(where + " is damaged at byte " + position);
        }
        chain = frame.getInt(0);
        position += frame.limit();
        frame.position(SnapshotWriter.FRAME_HEADER_BYTES);
        while (frame.hasRemaining()) {
          items.add(decode(frame));
        }
      }
      if (items.size() != header.items() || position != size) {
        throw new CorruptStoreException(where + " has more in it than it says");
      }
      return new SnapshotReader(header.store(), stateOf(header.revision(), items), size);
    }
  }

  private static ByteBuffer readFrame(DiskFile file, long position, long size, String where)
      throws IOException {
    if (position + SnapshotWriter.FRAME_HEADER_BYTES > size) {
      throw new CorruptStoreException(where + " ends too early");
    }
    int length = read(file, position, SnapshotWriter.FRAME_HEADER_BYTES).getInt(4);
    if (length <= 0 || length > size - position - SnapshotWriter.FRAME_HEADER_BYTES) {
      throw new CorruptStoreException(where + " is damaged at byte " + position);
    }
    return read(file, position, SnapshotWriter.FRAME_HEADER_BYTES + length);
  }

  private static ByteBuffer read(DiskFile file, long position, int bytes) throws IOException {
    var buffer = ByteBuffer.allocate(bytes);
    file.read(position, buffer);
    return buffer.flip();
  }

  private static Item decode(ByteBuffer in) {
    var key = LogRecord.decodeKey(in);
    @Nullable Instant expiresAt = in.get() == 0 ? null : LogRecord.decodeInstant(in);
    long created = in.getLong();
    long modified = in.getLong();
    long version = in.getLong();
    var entry = new Entry(key, LogRecord.decodeValue(in), created, modified, version);
    return new Item(entry, expiresAt);
  }

  private static State stateOf(long revision, ArrayList<Item> items) {
    var deadlines = SortedTree.<Deadline, Deadline>empty();
    for (var item : items) {
      if (item.expiresAt() != null) {
        var deadline = new Deadline(item.expiresAt(), item.key());
        deadlines = deadlines.put(deadline, deadline);
      }
    }
    return State.of(revision, revision, SortedTree.ofSorted(items, Item::key), deadlines);
  }
}
