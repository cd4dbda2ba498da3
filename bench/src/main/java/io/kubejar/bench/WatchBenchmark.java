package io.kubejar.bench;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import io.kubejar.standalone.linux.Programs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// What it takes to tell 1,000 watchers of one change.
final class WatchBenchmark implements Benchmark {
  private static final int WATCHERS = 1_000;
  private static final int WARM_UP = 100;
  private static final int CHANGES = 100;
  private static final int PATIENCE_SECONDS = 60;
  private static final String PREFIX = "bench-";

  @Override
  public String name() {
    return "watch";
  }

  @Override
  public String description() {
    return "one change to " + WATCHERS + " watchers: until the last has it, and what it costs";
  }

  @Override
  public List<Row> run() throws Exception {
    var rows = new ArrayList<Row>();
    try (var cluster = MeasuredCluster.start("--control-plane-only")) {
      measure(cluster, "embedded store", rows);
    }
    if (Programs.find("etcd").isPresent()) {
      try (var etcd = EtcdProcess.start();
          var cluster = MeasuredCluster.startOn(etcd)) {
        measure(cluster, "one etcd member on the same cores", rows);
      }
    }
    return rows;
  }

  private void measure(MeasuredCluster cluster, String store, List<Row> rows)
      throws IOException, InterruptedException {
    var watches = new ArrayList<Watch<ConfigMap>>();
    var heard = new Semaphore(0);
    try (var client = cluster.client();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int watcher = 0; watcher < WATCHERS; watcher++) {
        watches.add(watch(client, threads, heard));
      }
      changes(client, heard, "warm-up-", WARM_UP);
      double before = Machine.cpuSeconds(cluster.pid());
      var times = changes(client, heard, "change-", CHANGES);
      double used = Machine.cpuSeconds(cluster.pid()) - before;
      watches.forEach(Watch::close);
      var conditions =
          "HTTPS, "
              + store
              + ", 1 kB ConfigMaps, one change at a time, watchers in one process on the same"
              + " cores";
      var workload = "change to " + WATCHERS + " watchers";
      rows.add(
          new Row(
              name(),
              workload + ", until the last has it, median of " + CHANGES,
              times[CHANGES / 2],
              "ms",
              conditions));
      rows.add(
          new Row(
              name(),
              workload + ", server's processor time",
              used * 1e6 / CHANGES / WATCHERS,
              "µs/watcher",
              conditions));
    }
  }

  private static Watch<ConfigMap> watch(
      HttpApiClient client, ExecutorService threads, Semaphore heard) throws InterruptedException {
    var all = WatchOptions.withInitialEvents(ListOptions.inNamespace("kube-public"));
    var watch = client.watch(ConfigMap.RESOURCE, all);
    var _ =
        threads.submit(
            () -> {
              var event = watch.take();
              while (!(event instanceof WatchEvent.Closed<ConfigMap>)) {
                if (event instanceof WatchEvent.Added<ConfigMap>(var map)
                    && map.metadata().name().startsWith(PREFIX)) {
                  heard.release();
                }
                event = watch.take();
              }
              return null;
            });
    return watch;
  }

  /// Makes changes one after the other; each when all watchers have heard of the one before.
  ///
  /// @return how long each took, in milliseconds, in order
  private static double[] changes(HttpApiClient client, Semaphore heard, String round, int changes)
      throws InterruptedException {
    var times = new double[changes];
    for (int i = 0; i < changes; i++) {
      long begin = System.nanoTime();
      client.create(ConfigMap.RESOURCE, Samples.configMap("kube-public", PREFIX + round + i));
      if (!heard.tryAcquire(WATCHERS, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("some watchers did not hear of a change");
      }
      times[i] = (System.nanoTime() - begin) / 1e6;
    }
    Arrays.sort(times);
    return times;
  }
}
