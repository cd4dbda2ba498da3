package io.kubejar.bench;

import io.kubejar.storage.EmbeddedStore;
import io.kubejar.storage.FaultHandler;
import io.kubejar.storage.Store;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Durable writes of 2 kB into the embedded store, by 1, 16 and 128 writers at once.
final class StoreBenchmark implements Benchmark {
  private static final int VALUE_BYTES = 2048;

  @Override
  public String name() {
    return "store";
  }

  @Override
  public String description() {
    return "durable writes into the embedded store, 1, 16 and 128 writers";
  }

  @Override
  public List<Row> run() throws Exception {
    var rows = new ArrayList<Row>();
    for (int writers : new int[] {1, 16, 128}) {
      var directory = Files.createTempDirectory("kubejar-bench-store-");
      try (var store = EmbeddedStore.open(directory, InstantSource.system(), FaultHandler.haltingProcess())) {
        rows.add(
            new Row(
                name(),
                "create " + VALUE_BYTES + " bytes, " + writers + " writers",
                writes(store, writers),
                "writes/s",
                "embedded, fsync before acknowledging"));
      } finally {
        Directories.delete(directory);
      }
    }
    return rows;
  }

  private static double writes(Store store, int writers) throws InterruptedException {
    var value = Value.wrap(new byte[VALUE_BYTES]);
    var next = new AtomicLong();
    return Load.perSecond(
        writers,
        () -> store.commit(Transaction.create("/bench/" + next.incrementAndGet(), value)));
  }

  /// Only for files that the benchmark made.
  static final class Directories {
    private Directories() {}

    static void delete(Path directory) throws java.io.IOException {
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
