package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pods carry the zone and region of their node, from the moment they are bound to it.
public final class TopologyLabels implements AdmissionPlugin {
  private static final List<String> LABELS =
      List.of("topology.kubernetes.io/zone", "topology.kubernetes.io/region");

  private final Registry<Node> nodes;

  public TopologyLabels(Registry<Node> nodes) {
    this.nodes = nodes;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    boolean ofPod = request.resource().equals(Pod.RESOURCE.groupResource());
    if (!request.is(Operation.CREATE) || !ofPod) {
      return request.object();
    }
    return switch (request.object()) {
      case Binding binding when binding.target().kind().equals("Node") ->
          binding.withMetadata(labelled(binding.metadata(), binding.target().name()));
      case Pod pod when request.subresource().isEmpty() && !pod.spec().nodeName().isEmpty() ->
          pod.withMetadata(labelled(pod.metadata(), pod.spec().nodeName()));
      case null, default -> request.object();
    };
  }

  /// What is there already stays.
  private ObjectMeta labelled(ObjectMeta metadata, String node) {
    var labels = new LinkedHashMap<>(metadata.labels());
    var ofNode =
        nodes
            .cache()
            .get(ObjectKey.clusterScoped(node))
            .map(Stored::object)
            .map(it -> it.metadata().labels())
            .orElse(Map.of());
    for (var label : LABELS) {
      var value = ofNode.get(label);
      if (value != null) {
        labels.putIfAbsent(label, value);
      }
    }
    return labels.equals(metadata.labels()) ? metadata : metadata.withLabels(labels);
  }
}
