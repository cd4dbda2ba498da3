package io.kubejar.bench;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Patch;
import io.kubejar.standalone.linux.Programs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The verbs on ConfigMaps of 1 kB over HTTPS, by 1, 16 and 128 callers at once, on the embedded
/// store and on a real etcd.
final class ApiBenchmark implements Benchmark {
  private static final int[] CALLERS = {1, 16, 128};
  private static final int CHANGERS = 16;
  private static final int LISTED = 10_000;
  private static final String LISTED_NAMESPACE = "kube-public";

  @Override
  public String name() {
    return "api";
  }

  @Override
  public String description() {
    return "create, get, list, update, patch, apply through the API server; 1, 16 and 128 clients";
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
      var verbs = new Verbs(client, cluster.pid(), conditions + ", callers on the same cores");
      for (int callers : CALLERS) {
        rows.addAll(verbs.create(callers));
        rows.addAll(verbs.get(callers));
      }
      rows.addAll(verbs.update());
      rows.addAll(verbs.patch());
      rows.addAll(verbs.apply());
      rows.addAll(verbs.list());
    }
  }

  /// Each verb as a measurement.
  private final class Verbs {
    private final HttpApiClient client;
    private final long server;
    private final String conditions;
    private final AtomicLong next = new AtomicLong();
    private final ObjectKey read;

    Verbs(HttpApiClient client, long server, String conditions) throws InterruptedException {
      this.client = client;
      this.server = server;
      this.conditions = conditions;
      read = own();
    }

    /// A new object.
    private ObjectKey own() throws InterruptedException {
      var name = "bench-" + next.incrementAndGet();
      return ObjectKey.of(client.create(ConfigMap.RESOURCE, Samples.configMap("default", name)));
    }

    private List<Row> rows(String workload, String unit, int callers, Load.Caller caller)
        throws InterruptedException {
      var result = Load.on(server, callers, caller);
      return Row.of(name(), workload + ", " + callers + " clients", unit, result, conditions);
    }

    List<Row> create(int callers) throws InterruptedException {
      return rows("create 1 kB ConfigMap", "writes/s", callers, () -> this::own);
    }

    List<Row> get(int callers) throws InterruptedException {
      return rows(
          "get 1 kB ConfigMap",
          "reads/s",
          callers,
          () -> () -> client.get(ConfigMap.RESOURCE, read));
    }

    /// Each caller changes an object of its own.
    List<Row> update() throws InterruptedException {
      return rows(
          "update 1 kB ConfigMap",
          "writes/s",
          CHANGERS,
          () -> {
            var latest = new ConfigMap[] {client.get(ConfigMap.RESOURCE, own())};
            return () ->
                latest[0] =
                    client.update(
                        ConfigMap.RESOURCE,
                        Samples.changed(latest[0], "n", Long.toString(next.incrementAndGet())));
          });
    }

    List<Row> patch() throws InterruptedException {
      return rows(
          "merge patch 1 kB ConfigMap",
          "writes/s",
          CHANGERS,
          () -> {
            var mine = own();
            return () ->
                client.patch(
                    ConfigMap.RESOURCE,
                    mine,
                    Patch.merge("{\"data\":{\"n\":\"" + next.incrementAndGet() + "\"}}"));
          });
    }

    List<Row> apply() throws InterruptedException {
      return rows(
          "apply 1 kB ConfigMap",
          "writes/s",
          CHANGERS,
          () -> {
            var mine = new ObjectKey("default", "applied-" + next.incrementAndGet());
            return () ->
                client.patch(
                    ConfigMap.RESOURCE,
                    mine,
                    Patch.apply(
                        Samples.applied(mine.name(), next.incrementAndGet()), "bench", false));
          });
    }

    /// As text: what is measured is the server, not the reading of what it sent.
    List<Row> list() throws InterruptedException {
      Load.times(
          CHANGERS,
          LISTED,
          () ->
              client.create(
                  ConfigMap.RESOURCE,
                  Samples.configMap(LISTED_NAMESPACE, "listed-" + next.incrementAndGet())));
      return rows(
          "list " + LISTED + " ConfigMaps of 1 kB, uncompressed",
          "lists/s",
          1,
          () -> () -> client.text("/api/v1/namespaces/" + LISTED_NAMESPACE + "/configmaps"));
    }
  }
}
