package io.kubejar.bench;

import java.util.List;

/// All benchmarks, in the order in which they run.
final class Benchmarks {
  private Benchmarks() {}

  static List<Benchmark> all() {
    return List.of(
        new StartBenchmark(),
        new NodeBenchmark(),
        new StoreBenchmark(),
        new ApiBenchmark(),
        new WatchBenchmark(),
        new ExtensionBenchmark(),
        new MemoryBenchmark());
  }
}
