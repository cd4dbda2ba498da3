package io.kubejar.storage;

import java.nio.ByteBuffer;
import java.util.UUID;

/// The first block of a segment. It ties the segment to its store and to the segment before.
///
/// @param store identifies the store, so that files of two stores cannot be mixed up
/// @param sequence the number of the segment, from 1; also in its name
/// @param baseRevision the newest revision before the first record
/// @param chain the checksum of the last record before, which the first record refers to
record SegmentHeader(UUID store, long sequence, long baseRevision, int chain) {
  private static final int CONTENT_BYTES = 8 + 4 + 16 + 8 + 8 + 4;

  ByteBuffer encode(LogFormat.Checksum checksum) {
    var block = ByteBuffer.allocate(LogFormat.BLOCK_BYTES);
    block.putLong(LogFormat.SEGMENT_MAGIC).putInt(LogFormat.VERSION);
    block.putLong(store.getMostSignificantBits()).putLong(store.getLeastSignificantBits());
    block.putLong(sequence).putLong(baseRevision).putInt(chain);
    block.putInt(checksum.of(block.slice(0, CONTENT_BYTES)));
    return block.clear();
  }

  static SegmentHeader decode(ByteBuffer block, LogFormat.Checksum checksum, String where) {
    if (block.remaining() < LogFormat.BLOCK_BYTES || block.getLong() != LogFormat.SEGMENT_MAGIC) {
      throw new CorruptStoreException(where + " does not begin as a segment of the log does");
    }
    CorruptStoreException.checkVersion(block.getInt(), where);
    var store = new UUID(block.getLong(), block.getLong());
    var header = new SegmentHeader(store, block.getLong(), block.getLong(), block.getInt());
    if (block.getInt() != checksum.of(block.slice(0, CONTENT_BYTES))) {
      throw new CorruptStoreException(where + " has a damaged header: its checksum is wrong");
    }
    return header;
  }
}
