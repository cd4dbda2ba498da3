package io.kubejar.simulation.metrics;

import io.kubejar.api.core.v1.Node;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.simulation.kubelet.Usages.OfContainer;
import io.kubejar.simulation.kubelet.Usages.OfPod;
import io.kubejar.simulation.nodes.PodScript.Usage;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// The objects of `metrics.k8s.io/v1beta1` as JSON.
///
/// @param now when everything was measured
record MetricsDocuments(Instant now) {
  static final String GROUP_NAME = "metrics.k8s.io";
  static final String VERSION_NAME = "v1beta1";
  private static final String VERSION = "metrics.k8s.io/v1beta1";

  /// What the metrics server of upstream measures over, about.
  private static final String WINDOW = "30s";

  static final String GROUP =
      """
      {"kind": "APIGroup", "apiVersion": "v1", "name": "metrics.k8s.io",
       "versions": [{"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}],
       "preferredVersion": {"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}}
      """;

  static final String RESOURCES =
      """
      {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1",
       "resources": [
         {"name": "nodes", "singularName": "", "namespaced": false, "kind": "NodeMetrics",
          "verbs": ["get", "list"]},
         {"name": "pods", "singularName": "", "namespaced": true, "kind": "PodMetrics",
          "verbs": ["get", "list"]}]}
      """;

  /// What the pods of one node use.
  record OfNode(Node node, Usage usage) {}

  private interface Items<T> {
    void write(JsonWriter out, T item) throws IOException;
  }

  byte[] node(OfNode node) throws IOException {
    var out = JsonWriter.toBytes();
    write(out, node);
    return out.bytes();
  }

  byte[] nodes(List<OfNode> nodes) throws IOException {
    return list("NodeMetricsList", nodes, this::write);
  }

  byte[] pod(OfPod pod) throws IOException {
    var out = JsonWriter.toBytes();
    write(out, pod);
    return out.bytes();
  }

  byte[] pods(List<OfPod> pods) throws IOException {
    return list("PodMetricsList", pods, this::write);
  }

  private static <T> byte[] list(String kind, List<T> items, Items<T> each) throws IOException {
    var out = JsonWriter.toBytes();
    out.beginObject();
    out.put("kind", kind);
    out.put("apiVersion", VERSION);
    out.name("metadata");
    out.beginObject();
    out.endObject();
    out.name("items");
    out.beginArray();
    for (var item : items) {
      each.write(out, item);
    }
    out.endArray();
    out.endObject();
    return out.bytes();
  }

  private void write(JsonWriter out, OfNode node) throws IOException {
    begin(out, "NodeMetrics", node.node().metadata());
    usage(out, node.usage());
    out.endObject();
  }

  private void write(JsonWriter out, OfPod pod) throws IOException {
    begin(out, "PodMetrics", pod.pod().metadata());
    out.name("containers");
    out.beginArray();
    for (OfContainer container : pod.containers()) {
      out.beginObject();
      out.put("name", container.name());
      usage(out, container.usage());
      out.endObject();
    }
    out.endArray();
    out.endObject();
  }

  private void begin(JsonWriter out, String kind, ObjectMeta of) throws IOException {
    var time = now.truncatedTo(ChronoUnit.SECONDS);
    var metadata =
        ObjectMeta.EMPTY
            .withName(of.name())
            .withNamespace(of.namespace())
            .withLabels(of.labels())
            .withCreationTimestamp(time);
    out.beginObject();
    out.put("kind", kind);
    out.put("apiVersion", VERSION);
    out.put("metadata", metadata, ObjectMeta.CODEC);
    out.put("timestamp", time.toString());
    out.put("window", WINDOW);
  }

  private static void usage(JsonWriter out, Usage usage) throws IOException {
    out.name("usage");
    out.beginObject();
    out.put("cpu", usage.cpu().toString());
    out.put("memory", usage.memory().toString());
    out.endObject();
  }
}
