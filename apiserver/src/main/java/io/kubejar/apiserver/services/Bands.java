package io.kubejar.apiserver.services;

/// How a range is divided: its lower band is left to those who choose by themselves, for as long as
/// the upper one is not full (KEP-3070 for addresses, KEP-3668 for ports).
record Bands(long leastReserved, long mostReserved, long share) {
  static final Bands ADDRESSES = new Bands(16, 256, 16);
  static final Bands PORTS = new Bands(16, 128, 32);

  /// How many of a range this large belong to the lower band.
  long reserved(long size) {
    return size <= leastReserved ? 0 : Math.clamp(size / share, leastReserved, mostReserved);
  }
}
