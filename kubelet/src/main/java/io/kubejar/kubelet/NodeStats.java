package io.kubejar.kubelet;

import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.kubelet.pod.SeenContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What the node's pods use, as far as their cgroups tell.
final class NodeStats {
  private final PodWorkers workers;
  private final NodeParts parts;

  NodeStats(PodWorkers workers, NodeParts parts) {
    this.workers = workers;
    this.parts = parts;
  }

  /// The part of upstream's summary that needs cgroups only.
  String summary() throws IOException {
    var out = JsonWriter.toBytes();
    String now = parts.clock().instant().toString();
    out.beginObject();
    out.name("node");
    out.beginObject();
    out.put("nodeName", parts.options().nodeName());
    out.endObject();
    out.name("pods");
    out.beginArray();
    for (var worker : workers.all()) {
      var pod = worker.pod();
      var usage = parts.runtime().usage(pod);
      out.beginObject();
      out.name("podRef");
      out.beginObject();
      out.put("name", pod.metadata().name());
      out.put("namespace", pod.metadata().namespace());
      out.put("uid", pod.metadata().uid());
      out.endObject();
      out.name("cpu");
      out.beginObject();
      out.put("time", now);
      out.put("usageCoreNanoSeconds", usage.cpuNanos());
      out.endObject();
      out.name("memory");
      out.beginObject();
      out.put("time", now);
      out.put("usageBytes", usage.memoryBytes());
      out.endObject();
      out.endObject();
    }
    out.endArray();
    out.endObject();
    return new String(out.bytes(), StandardCharsets.UTF_8);
  }

  /// The metrics that upstream has by the same names.
  String metrics() {
    long pods =
        workers.all().stream().filter(worker -> !worker.seen().sandboxes().isEmpty()).count();
    long containers =
        workers.all().stream()
            .flatMap(worker -> worker.seen().containers().stream())
            .filter(SeenContainer::running)
            .count();
    return """
    # HELP kubelet_running_pods [ALPHA] Number of pods that have a running pod sandbox
    # TYPE kubelet_running_pods gauge
    kubelet_running_pods %d
    # HELP kubelet_running_containers [ALPHA] Number of containers currently running
    # TYPE kubelet_running_containers gauge
    kubelet_running_containers{container_state="running"} %d
    # HELP kubelet_node_name [ALPHA] The node's name. The count is always 1.
    # TYPE kubelet_node_name gauge
    kubelet_node_name{node="%s"} 1
    """
        .formatted(pods, containers, parts.options().nodeName());
  }
}
