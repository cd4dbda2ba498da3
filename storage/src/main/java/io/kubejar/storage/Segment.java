package io.kubejar.storage;

/// A live segment of the log.
///
/// @param bytes how much of it is in use
record Segment(SegmentHeader header, long bytes) {
  String name() {
    return FileNames.of(FileNames.SEGMENT, header.sequence());
  }

  Segment withBytes(long newBytes) {
    return new Segment(header, newBytes);
  }
}
