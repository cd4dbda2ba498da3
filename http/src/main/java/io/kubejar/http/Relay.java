package io.kubejar.http;

/// Copies bytes between two duplex streams, both ways, until both directions ended or one side
/// broke.
public final class Relay {
  private Relay() {}

  /// Blocks until done, then closes both.
  public static void run(DuplexStream a, DuplexStream b) throws InterruptedException {
    throw new UnsupportedOperationException("soon");
  }
}
