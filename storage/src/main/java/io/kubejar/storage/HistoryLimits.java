package io.kubejar.storage;

/// How much history a store keeps at most. When a limit is exceeded, the store compacts the oldest
/// part by itself; slow watchers and old pages then get [CompactedException].
///
/// @param bytes a rough sum over keys, values and bookkeeping
public record HistoryLimits(int revisions, long bytes) {
  public static final HistoryLimits DEFAULT = new HistoryLimits(100_000, 256L << 20);

  private static final int PART_OF_HEAP = 8;

  public HistoryLimits {
    if (revisions < 1 || bytes < 1) {
      throw new IllegalArgumentException("a history needs room");
    }
  }

  /// The default limits, or less in a small heap.
  public static HistoryLimits forHeap(long heapBytes) {
    long bytes = Math.max(1, Math.min(DEFAULT.bytes, heapBytes / PART_OF_HEAP));
    return new HistoryLimits(DEFAULT.revisions, bytes);
  }
}
