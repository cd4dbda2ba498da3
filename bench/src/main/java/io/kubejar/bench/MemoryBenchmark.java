package io.kubejar.bench;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.client.HttpApiClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The memory of a whole control plane that holds 100,000 pods.
final class MemoryBenchmark implements Benchmark {
  private static final int PODS = 100_000;
  private static final int CALLERS = 32;
  private static final String HEAP = "-Xmx3g";

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String description() {
    return "heap after a collection, and resident memory, with and without " + PODS + " pods";
  }

  @Override
  public List<Row> run() throws Exception {
    try (var cluster = MeasuredCluster.withHeap(HEAP, "--control-plane-only");
        var client = cluster.client()) {
      long empty = Machine.liveHeapBytes(cluster.pid());
      var next = new AtomicLong();
      Load.times(CALLERS, PODS, () -> client.create(Pod.RESOURCE, pod(next.incrementAndGet())));
      long full = Machine.liveHeapBytes(cluster.pid());
      long resident = Machine.residentBytes(cluster.pid());
      var conditions =
          "API server, controllers and scheduler in one process, embedded store, "
              + HEAP
              + ", pods of "
              + bytes(client)
              + " bytes as JSON";
      return List.of(
          row("heap after a collection, no pods", empty, conditions),
          row("heap after a collection, " + PODS + " pods", full, conditions),
          row("resident memory after that, " + PODS + " pods", resident, conditions),
          new Row(
              name(), "heap for each pod", (full - empty) / (double) PODS, "bytes", conditions));
    }
  }

  private Row row(String what, long bytes, String conditions) {
    return new Row(name(), what, bytes / (double) (1 << 20), "MiB", conditions);
  }

  private static int bytes(HttpApiClient client) throws InterruptedException {
    return client.text("/api/v1/namespaces/default/pods/pod-1").length();
  }

  /// A pod as a Deployment makes it. Nobody owns or schedules it, so that nothing else happens to
  /// it.
  private static Pod pod(long number) {
    var text =
        """
        {"metadata":{"name":"pod-%d","namespace":"default","labels":{"app":"web-%d",\
        "pod-template-hash":"6d4cf56db6"},"annotations":{"example.com/checksum":"%064d"}},\
        "spec":{"schedulerName":"nobody","containers":[{"name":"web",\
        "image":"registry.example.com/team/web:1.27.3","ports":[{"name":"http",\
        "containerPort":8080}],"env":[{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":\
        "metadata.name"}}},{"name":"MODE","value":"production"}],"resources":{"requests":\
        {"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"}},"readinessProbe":{"httpGet":\
        {"path":"/ready","port":"http"}}}]}}\
        """
            .formatted(number, number % 100, number);
    return Pod.RESOURCE.codec().fromJson(text.getBytes(StandardCharsets.UTF_8));
  }
}
