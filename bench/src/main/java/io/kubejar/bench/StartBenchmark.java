package io.kubejar.bench;

import java.util.ArrayList;
import java.util.List;

/// How long a control plane takes from the start of its process to answering, the first time (keys
/// and bootstrap objects are made) and the second; and what it costs idle.
final class StartBenchmark implements Benchmark {
  private static final int IDLE_SECONDS = 20;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String description() {
    return "process start to ready API server; idle memory and processor time";
  }

  @Override
  public List<Row> run() throws Exception {
    var rows = new ArrayList<Row>();
    try (var cluster = MeasuredCluster.start("--control-plane-only")) {
      rows.add(
          new Row(
              name(),
              "process start to API server ready, first time",
              cluster.apiReady().toNanos() / 1e6,
              "ms",
              "control plane only, embedded store"));
      rows.addAll(Idle.measure(name(), cluster.pid(), IDLE_SECONDS, "control plane only"));
    }
    return rows;
  }
}
