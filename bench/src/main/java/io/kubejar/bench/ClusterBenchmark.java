package io.kubejar.bench;

import io.kubejar.Cluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// How long a test waits for a cluster of its own, and what one costs that nobody asks for
/// anything.
final class ClusterBenchmark implements Benchmark {
  private static final int WARM_UP = 40;
  private static final int TIMES = 40;
  private static final int MANY = 100;
  private static final String ONE_NODE =
      "control plane and one simulated node in this JVM, at rest";
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 50
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: main, image: web}]}
      """;

  @Override
  public String name() {
    return "cluster";
  }

  @Override
  public String description() {
    return "Cluster.start() cold and warm, fork(), memory of " + MANY + " idle clusters in one JVM";
  }

  @Override
  public List<Row> run() throws Exception {
    var rows = new ArrayList<Row>();
    rows.add(row("Cluster.start(), first in a JVM", first(), "ms", ONE_NODE + ", no class cache"));
    median(WARM_UP, Cluster::start);
    rows.add(
        row(
            "Cluster.start(), warm JVM, median of " + TIMES,
            median(TIMES, Cluster::start),
            "ms",
            ONE_NODE));
    try (var cluster = Cluster.start()) {
      cluster.apply(WEB);
      cluster.settle();
      median(WARM_UP, cluster::fork);
      rows.add(
          row(
              "fork(), median of " + TIMES,
              median(TIMES, cluster::fork),
              "ms",
              "of a cluster with a Deployment of 50 pods, at rest again"));
    }
    rows.add(memory());
    return rows;
  }

  /// Measured by the new JVM itself, from its `main` on.
  private static double first() throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dkubejar.log.level=WARN",
            "-cp",
            System.getProperty("java.class.path"),
            FirstCluster.class.getName());
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("the first cluster of a JVM did not start");
    }
    return Double.parseDouble(said.strip().lines().reduce((_, last) -> last).orElse(""));
  }

  private static double median(int times, Supplier<Cluster> start) {
    var took = new double[times];
    for (int i = 0; i < times; i++) {
      long begin = System.nanoTime();
      var cluster = start.get();
      took[i] = (System.nanoTime() - begin) / 1e6;
      cluster.close();
    }
    Arrays.sort(took);
    return took[times / 2];
  }

  private static Row memory() throws IOException {
    long self = ProcessHandle.current().pid();
    long before = Machine.liveHeapBytes(self);
    var clusters = new ArrayList<Cluster>();
    try {
      for (int i = 0; i < MANY; i++) {
        clusters.add(Cluster.start());
      }
      long after = Machine.liveHeapBytes(self);
      return row(
          "heap of an idle cluster, " + MANY + " in one JVM",
          (after - before) / (double) MANY / (1 << 20),
          "MiB each",
          ONE_NODE);
    } finally {
      clusters.forEach(Cluster::close);
    }
  }

  private static Row row(String what, double value, String unit, String conditions) {
    return new Row("cluster", what, value, unit, conditions);
  }
}
