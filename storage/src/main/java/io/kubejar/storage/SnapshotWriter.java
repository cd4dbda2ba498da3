package io.kubejar.storage;

import io.kubejar.storage.disk.Disk;
import io.kubejar.storage.disk.DiskFile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.UUID;

/// Writes all entries of one revision to a file, a piece at a time. It works on an immutable state,
/// so the store goes on meanwhile.
///
/// After the header come frames: checksum, length, checksum of the frame before, then whole
/// entries. The file gets its final name when it is complete and durable, so a snapshot that has
/// its name and is not sound was damaged later.
final class SnapshotWriter {
  static final int FRAME_HEADER_BYTES = 12;
  private static final int FRAME_BYTES = 1 << 20;

  private final Disk disk;
  private final LogFormat.Checksum checksum;
  private final String unfinishedName;
  private final String name;
  private final long revision;
  private final DiskFile file;
  private final Iterator<Item> items;
  private long position = LogFormat.BLOCK_BYTES;
  private int chain;

  private SnapshotWriter(Disk disk, LogFormat.Checksum checksum, Change base) throws IOException {
    this.disk = disk;
    this.checksum = checksum;
    this.revision = base.revision();
    this.name = FileNames.of(FileNames.SNAPSHOT, revision);
    this.unfinishedName = FileNames.UNFINISHED + name;
    this.items = base.items().iterator();
    this.file = disk.create(unfinishedName);
  }

  static SnapshotWriter begin(Disk disk, LogFormat.Checksum checksum, UUID store, Change base)
      throws IOException {
    var writer = new SnapshotWriter(disk, checksum, base);
    var header = new SnapshotHeader(store, base.revision(), base.items().size());
    try {
      writer.file.write(0, header.encode(checksum));
    } catch (IOException e) {
      writer.abandon();
      throw e;
    }
    return writer;
  }

  /// Writes the next piece. False when the snapshot is complete and durable.
  boolean step() throws IOException {
    if (!items.hasNext()) {
      finish();
      return false;
    }
    var bytes = new ByteArrayOutputStream(FRAME_BYTES + (FRAME_BYTES >> 2));
    try (var out = new DataOutputStream(bytes)) {
      out.write(new byte[FRAME_HEADER_BYTES]);
      while (items.hasNext() && bytes.size() < FRAME_BYTES) {
        encode(items.next(), out);
      }
    }
    var frame = ByteBuffer.wrap(bytes.toByteArray());
    frame.putInt(4, frame.capacity() - FRAME_HEADER_BYTES).putInt(8, chain);
    chain = checksum.of(frame.slice(4, frame.capacity() - 4));
    frame.putInt(0, chain);
    file.write(position, frame);
    position += frame.capacity();
    return true;
  }

  private static void encode(Item item, DataOutputStream out) throws IOException {
    var entry = item.entry();
    var expiresAt = item.expiresAt();
    LogRecord.encodeKey(entry.key(), out);
    out.writeBoolean(expiresAt != null);
    if (expiresAt != null) {
      LogRecord.encodeInstant(expiresAt, out);
    }
    out.writeLong(entry.createRevision());
    out.writeLong(entry.modRevision());
    out.writeLong(entry.version());
    out.writeInt(entry.value().size());
    out.write(entry.value().array());
  }

  private void finish() throws IOException {
    try (file) {
      file.sync();
    } catch (IOException e) {
      throw new DiskFaultException("cannot sync " + unfinishedName + " in " + disk, e);
    }
    try {
      disk.rename(unfinishedName, name);
      disk.sync();
    } catch (IOException e) {
      throw new DiskFaultException("cannot sync the directory " + disk, e);
    }
  }

  /// Gives up and takes the unfinished file away.
  void abandon() throws IOException {
    try (file) {
      disk.delete(unfinishedName);
    }
  }

  long revision() {
    return revision;
  }

  long bytes() {
    return position;
  }
}
