package io.kubejar.bench;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.standalone.linux.Programs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Creates and reads of a ConfigMap of 1 kB over HTTPS, by 1, 16 and 128 callers at once, on the
/// embedded store and on a real etcd.
final class ApiBenchmark implements Benchmark {
  private static final int[] CALLERS = {1, 16, 128};
  private static final String PAYLOAD = "x".repeat(1024);

  @Override
  public String name() {
    return "api";
  }

  @Override
  public String description() {
    return "durable writes and reads through the API server, 1, 16 and 128 clients";
  }

  @Override
  public List<Row> run() throws Exception {
    var rows = new ArrayList<Row>();
    try (var cluster = MeasuredCluster.start("--control-plane-only")) {
      measure(cluster, "HTTPS, embedded store, fsync before acknowledging", rows);
    }
    if (Programs.find("etcd").isPresent()) {
      try (var etcd = EtcdProcess.start();
          var cluster = MeasuredCluster.startOn(etcd)) {
        measure(cluster, "HTTPS, one etcd member on the same cores", rows);
      }
    }
    return rows;
  }

  private void measure(MeasuredCluster cluster, String conditions, List<Row> rows)
      throws IOException, InterruptedException {
    try (var client = cluster.client()) {
      var next = new AtomicLong();
      client.create(ConfigMap.RESOURCE, map("read-me"));
      var key = new ObjectKey("default", "read-me");
      for (int callers : CALLERS) {
        double writes =
            Load.perSecond(
                callers,
                () -> client.create(ConfigMap.RESOURCE, map("bench-" + next.incrementAndGet())));
        rows.add(
            row("create 1 kB ConfigMap, " + callers + " clients", writes, "writes/s", conditions));
        double reads = Load.perSecond(callers, () -> client.get(ConfigMap.RESOURCE, key));
        rows.add(row("get 1 kB ConfigMap, " + callers + " clients", reads, "reads/s", conditions));
      }
    }
  }

  private Row row(String workload, double value, String unit, String conditions) {
    return new Row(name(), workload, value, unit, conditions + ", callers on the same cores");
  }

  private static ConfigMap map(String name) {
    return ConfigMap.builder()
        .metadata(ObjectMeta.EMPTY.withName(name).withNamespace("default"))
        .data(Map.of("payload", PAYLOAD))
        .build();
  }
}
