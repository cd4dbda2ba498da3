package io.kubejar;

import io.kubejar.storage.CorruptStoreException;
import io.kubejar.storage.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/// Snapshots of clusters as files: a head with the cluster's time and dead nodes, and behind it the
/// store's own form of a snapshot. All integers are big-endian.
final class SnapshotFile {
  private static final long MAGIC = 0x4b554245_434c5331L; // "KUBECLS1"
  private static final int VERSION = 1;

  /// Magic, version, seconds, nanoseconds, length of the names of dead nodes. Those follow, then
  /// the checksum of all that.
  private static final int FIXED_BYTES = 8 + 4 + 8 + 4 + 4;

  private SnapshotFile() {}

  static void write(ClusterSnapshot snapshot, Path file) throws IOException {
    var content = snapshot.content().toBytes();
    var nodes = String.join("\n", new TreeSet<>(snapshot.scenario().deadNodes()));
    var dead = nodes.getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(FIXED_BYTES + dead.length + Integer.BYTES + content.length);
    var time = snapshot.time();
    bytes.putLong(MAGIC).putInt(VERSION);
    bytes.putLong(time.getEpochSecond()).putInt(time.getNano());
    bytes.putInt(dead.length).put(dead);
    bytes.putInt(checksum(bytes)).put(content);
    var directory = file.toAbsolutePath().getParent();
    var unfinished = Files.createTempFile(directory, ".kubejar-", ".unfinished");
    try {
      Files.write(unfinished, bytes.array());
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  static ClusterSnapshot read(Path file) throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (bytes.remaining() < FIXED_BYTES + Integer.BYTES || bytes.getLong() != MAGIC) {
      throw new IllegalArgumentException(file + " is no snapshot of a cluster");
    }
    int version = bytes.getInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "%s has format version %d; this program knows version %d only"
              .formatted(file, version, VERSION));
    }
    long seconds = bytes.getLong();
    int nanos = bytes.getInt();
    int nodes = bytes.getInt();
    if (nodes < 0 || nodes > bytes.remaining() - Integer.BYTES) {
      throw damagedHead(file);
    }
    var dead = new byte[nodes];
    bytes.get(dead);
    int checksum = checksum(bytes);
    if (bytes.getInt() != checksum) {
      throw damagedHead(file);
    }
    var content = new byte[bytes.remaining()];
    bytes.get(content);
    try {
      return new ClusterSnapshot(
          MemoryStore.Snapshot.of(content),
          Instant.ofEpochSecond(seconds, nanos),
          new Scenario(List.of(), names(dead)));
    } catch (CorruptStoreException damaged) {
      throw new IllegalArgumentException(file + ": " + damaged.getMessage(), damaged);
    }
  }

  private static IllegalArgumentException damagedHead(Path file) {
    return new IllegalArgumentException(file + " has a damaged head: its checksum is wrong");
  }

  private static Set<String> names(byte[] lines) {
    return Set.copyOf(new String(lines, StandardCharsets.UTF_8).lines().toList());
  }

  /// Of all that comes before the buffer's position.
  private static int checksum(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes.slice(0, bytes.position()));
    return (int) crc.getValue();
  }
}
