package io.kubejar.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The numbers that log and snapshots are made of. All integers are big-endian.
final class LogFormat {
  static final int VERSION = 1;
  static final long SEGMENT_MAGIC = 0x4b554245_4c4f4731L; // "KUBELOG1"
  static final long SNAPSHOT_MAGIC = 0x4b554245_534e5031L; // "KUBESNP1"
  static final int RECORD_MAGIC = 0x4b524543; // "KREC"

  /// Batches begin at multiples of this, and the rest of a block is zero. So a block that was
  /// synced is never written again, and a power loss in the middle of a write cannot damage it.
  static final int BLOCK_BYTES = 4096;

  private LogFormat() {}

  static long alignUp(long position) {
    return (position + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
  }

  /// Guards bytes against damage. Only tests use another one than CRC32C, to see that they notice.
  interface Checksum {
    Checksum CRC =
        bytes -> {
          var crc = new CRC32C();
          crc.update(bytes);
          return (int) crc.getValue();
        };

    /// The checksum of the remaining bytes, which the buffer has not any more afterwards.
    int of(ByteBuffer bytes);
  }
}
