package io.kubejar.simulation;

/// The process that made a request is no more. An error, so that no controller can catch it as one
/// of its own.
final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimulatedCrash(String at) {
    super("crashed at " + at, null, false, false);
  }
}
