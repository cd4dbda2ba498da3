package io.kubejar.storage;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A record as it lies in a segment.
///
/// The checksum covers all of the frame, including the number of the segment, so what is left from
/// an earlier life of a recycled segment never passes. Each frame names the checksum of the one
/// before, so no record can follow another one than it was written behind. And each names the start
/// of its batch: everything before that was durable when this frame was written. That is how
/// recovery tells a write that was cut short, which is normal, from damage, which is not.
///
/// @param batchStart where in the segment the batch begins
/// @param revision the revision of the store after this record
/// @param chain the checksum of the frame before
/// @param checksum that of this frame
record Frame(
    long sequence, int batchStart, long revision, int chain, int checksum, ByteBuffer payload) {
  private static final int HEADER_BYTES = 4 + 4 + 4 + 8 + 4 + 8 + 4;
  private static final int ALIGNMENT_BYTES = 8;

  static int sizeOf(int payloadBytes) {
    return (HEADER_BYTES + payloadBytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
  }

  int size() {
    return sizeOf(payload.remaining());
  }

  /// Appends a frame to a batch and gives its checksum.
  static int write(
      ByteBuffer batch, FramePlace place, long revision, byte[] payload, LogFormat.Checksum crc) {
    int start = batch.position();
    batch.putInt(0).putInt(LogFormat.RECORD_MAGIC).putInt(payload.length);
    batch.putLong(place.sequence()).putInt(place.batchStart());
    batch.putLong(revision).putInt(place.chain()).put(payload);
    while (batch.position() % ALIGNMENT_BYTES != 0) {
      batch.put((byte) 0);
    }
    int checksum = crc.of(batch.slice(start + 4, batch.position() - start - 4));
    batch.putInt(start, checksum);
    return checksum;
  }

  /// The frame at a position; null if there is no whole and undamaged one of this segment.
  static @Nullable Frame read(
      ByteBuffer segment, int position, long sequence, LogFormat.Checksum crc) {
    int room = segment.limit() - position;
    if (room < HEADER_BYTES || segment.getInt(position + 4) != LogFormat.RECORD_MAGIC) {
      return null;
    }
    int payloadBytes = segment.getInt(position + 8);
    if (payloadBytes <= 0
        || payloadBytes > room - HEADER_BYTES
        || sizeOf(payloadBytes) > room
        || segment.getLong(position + 12) != sequence) {
      return null;
    }
    int checksum = segment.getInt(position);
    if (checksum != crc.of(segment.slice(position + 4, sizeOf(payloadBytes) - 4))) {
      return null;
    }
    return new Frame(
        sequence,
        segment.getInt(position + 20),
        segment.getLong(position + 24),
        segment.getInt(position + 32),
        checksum,
        segment.slice(position + HEADER_BYTES, payloadBytes));
  }

  /// Where a frame goes: its segment, its batch, and the frame before.
  record FramePlace(long sequence, int batchStart, int chain) {}
}
