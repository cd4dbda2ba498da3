package io.kubejar.apiserver.flowcontrol;

/// A request that gets no seat.
final class NoSeatException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param reason `queue-full`, `concurrency-limit` or `time-out`
  NoSeatException(String reason) {
    super(reason);
  }
}
