package io.kubejar.storage.disk;

/// The process ends in the middle of an operation of the disk. An error, so that no code mistakes
/// it for something it could deal with.
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  public SimulatedCrash() {
    super("the process ends here", null, false, false);
  }
}
