package io.kubejar.storage;

import java.nio.ByteBuffer;
import java.util.UUID;

/// The first block of a snapshot.
record SnapshotHeader(UUID store, long revision, long items) {
  private static final int CONTENT_BYTES = 8 + 4 + 16 + 8 + 8;

  ByteBuffer encode(LogFormat.Checksum checksum) {
    var block = ByteBuffer.allocate(LogFormat.BLOCK_BYTES);
    block.putLong(LogFormat.SNAPSHOT_MAGIC).putInt(LogFormat.VERSION);
    block.putLong(store.getMostSignificantBits()).putLong(store.getLeastSignificantBits());
    block.putLong(revision).putLong(items);
    block.putInt(checksum.of(block.slice(0, CONTENT_BYTES)));
    return block.clear();
  }

  static SnapshotHeader decode(ByteBuffer block, LogFormat.Checksum checksum, String where) {
    if (block.remaining() < LogFormat.BLOCK_BYTES || block.getLong() != LogFormat.SNAPSHOT_MAGIC) {
      throw new CorruptStoreException(where + " does not begin as a snapshot does");
    }
    CorruptStoreException.checkVersion(block.getInt(), where);
    var store = new UUID(block.getLong(), block.getLong());
    var header = new SnapshotHeader(store, block.getLong(), block.getLong());
    if (block.getInt() != checksum.of(block.slice(0, CONTENT_BYTES))) {
      throw new CorruptStoreException(where + " has a damaged header: its checksum is wrong");
    }
    return header;
  }
}
