package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeSpec;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a simulated node is like.
///
/// @param capacity by resource name, such as `cpu`
public record NodeTemplate(
    Map<String, String> labels, Map<String, Quantity> capacity, List<Taint> taints) {

  /// Room for whatever a test may want.
  public static final NodeTemplate USUAL =
      new NodeTemplate(
          Map.of(),
          Map.of(
              "cpu", Quantity.parse("64"),
              "memory", Quantity.parse("256Gi"),
              "ephemeral-storage", Quantity.parse("1Ti"),
              "pods", Quantity.parse("110")),
          List.of());

  public NodeTemplate {
    labels = Map.copyOf(labels);
    capacity = Map.copyOf(capacity);
    taints = List.copyOf(taints);
  }

  public NodeTemplate withLabels(Map<String, String> value) {
    return new NodeTemplate(value, capacity, taints);
  }

  public NodeTemplate withTaints(List<Taint> value) {
    return new NodeTemplate(labels, capacity, value);
  }

  /// With this much of a resource, and of the others as before.
  public NodeTemplate withCapacity(String resource, Quantity amount) {
    var changed = new HashMap<>(capacity);
    changed.put(resource, amount);
    return new NodeTemplate(labels, changed, taints);
  }

  Node node(String name) {
    var all = new HashMap<String, String>();
    all.put("kubernetes.io/hostname", name);
    all.put("kubernetes.io/os", "linux");
    all.put("kubernetes.io/arch", "amd64");
    all.putAll(labels);
    return Node.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withName(name).withLabels(all))
        .withSpec(NodeSpec.EMPTY.withTaints(taints))
        .withStatus(Node.EMPTY.status().withCapacity(capacity).withAllocatable(capacity));
  }
}
