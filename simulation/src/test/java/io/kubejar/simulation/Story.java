package io.kubejar.simulation;

import java.util.Map;

/// What a person does in a cluster.
interface Story {
  /// Tells it until everything rests. Returns what must be the same in every run.
  Map<String, Object> tell() throws InterruptedException;

  /// Deletes what it is about, and waits until nothing is left of it.
  void end() throws InterruptedException;
}
