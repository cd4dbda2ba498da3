package io.kubejar;

import io.kubejar.storage.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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

  /// Writes it to a file, which holds every secret of the cluster. What was there is replaced when
  /// all is written. Scripts of pods are code, and not in the file.
  ///
  /// @throws UncheckedIOException if that fails
  public void save(Path file) {
    try {
      SnapshotFile.write(this, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save the snapshot to " + file, e);
    }
  }

  /// Reads what [#save] has written, in this or another process.
  ///
  /// @throws IllegalArgumentException if the file is no such snapshot, is damaged, or of a version
  ///   that is not known
  /// @throws UncheckedIOException if it cannot be read
  public static ClusterSnapshot load(Path file) {
    try {
      return SnapshotFile.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the snapshot in " + file, e);
    }
  }

  MemoryStore.Snapshot content() {
    return content;
  }

  Scenario scenario() {
    return scenario;
  }
}
