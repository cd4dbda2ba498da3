package io.kubejar.bench;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import io.kubejar.cri.PauseImage;
import io.kubejar.standalone.linux.User;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A node with real containers: how long until it is Ready, how long a pod takes to run, and what
/// the whole costs idle.
final class NodeBenchmark implements Benchmark {
  private static final int PODS = 15;
  private static final int IDLE_SECONDS = 20;

  @Override
  public String name() {
    return "node";
  }

  @Override
  public String description() {
    return "'up' to Ready node; pod created to Running; idle cost of the whole; needs root";
  }

  @Override
  public List<Row> run() throws Exception {
    if (!User.isRoot()) {
      throw new CannotRun("running containers needs root");
    }
    var rows = new ArrayList<Row>();
    try (var cluster = MeasuredCluster.start()) {
      var conditions = "control plane and node in one process, containerd, runc, embedded store";
      rows.add(
          new Row(
              name(),
              "process start to node Ready",
              cluster.allReady().toNanos() / 1e6,
              "ms",
              conditions));
      rows.addAll(Idle.measure(name(), cluster.pid(), IDLE_SECONDS, conditions));
      try (var client = cluster.client()) {
        rows.add(
            new Row(
                name(),
                "pod created to Running, median of " + PODS,
                medianStartMs(client),
                "ms",
                conditions + ", image present, one pod at a time"));
      }
    }
    return rows;
  }

  private static double medianStartMs(Client client) throws InterruptedException {
    var times = new double[PODS];
    for (int i = 0; i < PODS; i++) {
      var pod = pod("bench-" + i);
      long begin = System.nanoTime();
      client.create(Pod.RESOURCE, pod);
      awaitRunning(client, pod.metadata().name());
      times[i] = (System.nanoTime() - begin) / 1e6;
      var now = DeleteOptions.EMPTY.withGracePeriodSeconds(0L);
      client.delete(Pod.RESOURCE, ObjectKey.of(pod), now);
    }
    Arrays.sort(times);
    return times[PODS / 2];
  }

  private static void awaitRunning(Client client, String name) throws InterruptedException {
    var one = ListOptions.inNamespace("default").withFieldSelector("metadata.name=" + name);
    try (Watch<Pod> watch = client.watch(Pod.RESOURCE, WatchOptions.withInitialEvents(one))) {
      while (true) {
        switch (watch.take()) {
          case WatchEvent.Added<Pod>(var pod) when isRunning(pod) -> {
            return;
          }
          case WatchEvent.Modified<Pod>(var pod) when isRunning(pod) -> {
            return;
          }
          case WatchEvent.Failed<Pod>(var status) ->
              throw new IllegalStateException("the watch failed: " + status.message());
          case WatchEvent.Closed<Pod>() -> throw new IllegalStateException("the watch ended");
          default -> {} // Not there yet.
        }
      }
    }
  }

  private static boolean isRunning(Pod pod) {
    return pod.status().phase().equals("Running");
  }

  private static Pod pod(String name) {
    var container =
        Container.builder().name("main").image(PauseImage.NAME).imagePullPolicy("Never").build();
    return Pod.builder()
        .metadata(ObjectMeta.EMPTY.withName(name).withNamespace("default"))
        .spec(PodSpec.EMPTY.withContainers(List.of(container)))
        .build();
  }
}
