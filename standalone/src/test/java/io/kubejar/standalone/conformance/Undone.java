package io.kubejar.standalone.conformance;

import java.io.IOException;
import java.io.InterruptedIOException;

/// Something that a test does to what it shares with others, and that is undone in the end.
record Undone(Step step) implements AutoCloseable {
  /// A request to the API.
  @FunctionalInterface
  interface Step {
    void take() throws IOException, InterruptedException;
  }

  @Override
  public void close() throws IOException {
    try {
      step.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while something was undone");
    }
  }
}
