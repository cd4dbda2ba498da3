package io.kubejar.bench;

import io.kubejar.standalone.linux.FileTrees;
import io.kubejar.standalone.linux.Programs;
import io.kubejar.storage.EmbeddedStore;
import io.kubejar.storage.FaultHandler;
import io.kubejar.storage.Store;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Value;
import io.kubejar.storage.etcd.EtcdOptions;
import io.kubejar.storage.etcd.EtcdStore;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Durable writes of 2 kB into the embedded store, and into a real etcd beside it, by 1, 16 and 128
/// writers at once.
final class StoreBenchmark implements Benchmark {
  private static final int VALUE_BYTES = 2048;
  private static final int[] WRITERS = {1, 16, 128};

  @Override
  public String name() {
    return "store";
  }

  @Override
  public String description() {
    return "durable writes into the embedded store and etcd, 1, 16 and 128 writers";
  }

  @Override
  public List<Row> run() throws Exception {
    var rows = new ArrayList<Row>();
    var directory = Files.createTempDirectory("kubejar-bench-store-");
    try (var store =
        EmbeddedStore.open(directory, InstantSource.system(), FaultHandler.haltingProcess())) {
      measure(store, "embedded, fsync before acknowledging", rows);
    } finally {
      FileTrees.delete(directory);
    }
    if (Programs.find("etcd").isPresent()) {
      try (var etcd = EtcdProcess.start();
          var store = EtcdStore.connect(EtcdOptions.of(etcd.address()), InstantSource.system())) {
        measure(store, "one etcd member on the same machine, its own fsync", rows);
      }
    }
    return rows;
  }

  private void measure(Store store, String conditions, List<Row> rows) throws InterruptedException {
    for (int writers : WRITERS) {
      rows.add(
          new Row(
              name(),
              "create " + VALUE_BYTES + " bytes, " + writers + " writers",
              writes(store, writers),
              "writes/s",
              conditions));
    }
  }

  private static double writes(Store store, int writers) throws InterruptedException {
    var value = Value.wrap(new byte[VALUE_BYTES]);
    var next = new AtomicLong();
    var prefix = "/bench/" + writers + "/";
    return Load.perSecond(
        writers, () -> store.commit(Transaction.create(prefix + next.incrementAndGet(), value)));
  }
}
