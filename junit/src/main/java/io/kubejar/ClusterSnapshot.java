package io.kubejar;

import io.kubejar.storage.MemoryStore;
import java.time.Instant;

/// All that a cluster held at one moment, with the scripts of its pods and the nodes that were
/// dead. Costs nothing to take or to keep, and serves any number of clusters.
public final class ClusterSnapshot {
  private final MemoryStore.Snapshot content;
  private final Instant time;
  private final Scenario scenario;

  ClusterSnapshot(MemoryStore.Snapshot content, Instant time, Scenario scenario) {
    this.content = content;
    this.time = time;
    this.scenario = scenario;
  }

  /// What the cluster's clock showed.
  public Instant time() {
    return time;
  }

  /// The revision of the store.
  public long revision() {
    return content.revision();
  }

  MemoryStore.Snapshot content() {
    return content;
  }

  Scenario scenario() {
    return scenario;
  }
}
