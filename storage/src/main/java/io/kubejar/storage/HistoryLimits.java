package io.kubejar.storage;

/// How much history a store keeps at most. When a limit is exceeded, the store compacts the oldest
/// part by itself; slow watchers and old pages then get [CompactedException].
///
/// @param bytes a rough sum over keys, values and bookkeeping
public record HistoryLimits(int revisions, long bytes) {
  public static final HistoryLimits DEFAULT = new HistoryLimits(100_000, 256L << 20);

  public HistoryLimits {
    if (revisions < 1 || bytes < 1) {
      throw new IllegalArgumentException("a history needs room");
    }
  }
}
