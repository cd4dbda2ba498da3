package io.kubejar.storage;

/// The bounds of the embedded store's log and of the queue in front of it.
///
/// @param segmentBytes when a new segment is begun; one with a single large batch may be larger
/// @param batchBytes how much is written at most before the disk is synced, unless one transaction
///   alone has more
/// @param growBytes by how much a new segment grows ahead of its use
/// @param spareSegments how many used-up segments are kept for writing over
/// @param pendingOperations how many operations may wait for the writer. A caller that finds the
///   queue full waits until there is room
/// @param pendingBytes how many bytes of values may wait for the writer
record LogLimits(
    int segmentBytes,
    int batchBytes,
    int growBytes,
    int spareSegments,
    int pendingOperations,
    long pendingBytes) {
  static final LogLimits DEFAULT = new LogLimits(64 << 20, 4 << 20, 1 << 20, 2, 10_000, 64L << 20);
}
