package io.kubejar.storage.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A file that remembers, sector by sector, what was written since its last sync.
final class SimulatedFile {
  private static final int SECTOR_BYTES = 512;

  private byte[] durable;
  private byte[] content;
  private int size;

  /// For each sector written since the last sync, what it held after each write.
  private final Map<Integer, List<byte[]>> versions = new TreeMap<>();

  private final List<Integer> sizes = new ArrayList<>();

  SimulatedFile(byte[] content) {
    this.content = content.clone();
    this.durable = content.clone();
    this.size = content.length;
  }

  int size() {
    return size;
  }

  byte[] content() {
    return Arrays.copyOf(content, size);
  }

  void read(long position, ByteBuffer target) {
    int start = (int) Math.min(position, size);
    target.put(content, start, Math.min(target.remaining(), size - start));
  }

  void write(long position, byte[] bytes) {
    int end = (int) position + bytes.length;
    if (end > content.length) {
      content = Arrays.copyOf(content, Math.max(end, content.length * 2));
    }
    System.arraycopy(bytes, 0, content, (int) position, bytes.length);
    if (bytes.length > 0) {
      remember((int) position, end);
    }
    resize(Math.max(size, end));
  }

  void truncate(long newSize) {
    if (newSize < size) {
      Arrays.fill(content, (int) newSize, size, (byte) 0);
      remember((int) newSize, size);
      resize((int) newSize);
    }
  }

  private void resize(int newSize) {
    if (newSize != size) {
      size = newSize;
      sizes.add(newSize);
    }
  }

  private void remember(int from, int to) {
    for (int s = from / SECTOR_BYTES; s * SECTOR_BYTES < to; s++) {
      versions.computeIfAbsent(s, _ -> new ArrayList<>()).add(sector(content, s));
    }
  }

  private static byte[] sector(byte[] bytes, int index) {
    var sector = new byte[SECTOR_BYTES];
    int start = index * SECTOR_BYTES;
    if (start < bytes.length) {
      System.arraycopy(bytes, start, sector, 0, Math.min(SECTOR_BYTES, bytes.length - start));
    }
    return sector;
  }

  /// Writes what is known to be unwritten, and only that: what an earlier, failed sync has lost is
  /// not found again.
  void sync() {
    var next = Arrays.copyOf(durable, size);
    versions.forEach((index, written) -> overwrite(next, index, written.getLast()));
    durable = next;
    versions.clear();
    sizes.clear();
  }

  private static void overwrite(byte[] bytes, int index, byte[] sector) {
    int start = index * SECTOR_BYTES;
    if (start < bytes.length) {
      System.arraycopy(sector, 0, bytes, start, Math.min(SECTOR_BYTES, bytes.length - start));
    }
  }

  void powerLoss(Random random) {
    loseUnsynced(random);
    content = durable.clone();
    size = content.length;
  }

  /// What the disk holds after this is anybody's guess, and what memory holds counts as synced.
  void failedSync(Random random) {
    loseUnsynced(random);
  }

  private void loseUnsynced(Random random) {
    int choice = random.nextInt(sizes.size() + 1);
    int newSize = choice == 0 ? durable.length : sizes.get(choice - 1);
    var survivor = Arrays.copyOf(durable, newSize);
    versions.forEach(
        (index, written) ->
            overwrite(survivor, index, survivorOf(sector(durable, index), written, random)));
    durable = survivor;
    versions.clear();
    sizes.clear();
  }

  private static byte[] survivorOf(byte[] old, List<byte[]> written, Random random) {
    // Whatever gets mixed up while a sector is overwritten by the same bytes, it is the same bytes.
    boolean changes = written.stream().anyMatch(version -> !Arrays.equals(version, old));
    if (changes && random.nextInt(50) == 0) {
      var garbage = new byte[SECTOR_BYTES];
      random.nextBytes(garbage);
      return garbage;
    }
    int choice = random.nextInt(written.size() + 1);
    return choice == 0 ? old : written.get(choice - 1);
  }

  void damage(long position, int bytes) {
    for (int i = (int) position; i < position + bytes; i++) {
      content[i] ^= 0x5a;
    }
    durable = content();
  }
}
