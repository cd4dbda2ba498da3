package io.kubejar.client.nodes;

import io.kubejar.api.core.v1.NodeSelectorTerm;
import io.kubejar.api.core.v1.PodSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The nodes that a pod's selector and required node affinity leave.
///
/// @param terms null without required affinity; one of them must match otherwise
public record RequiredNodes(Map<String, String> selector, @Nullable List<NodeSelectorTerm> terms) {

  public static RequiredNodes of(PodSpec pod) {
    var affinity = pod.affinity();
    var nodeAffinity = affinity == null ? null : affinity.nodeAffinity();
    var required =
        nodeAffinity == null ? null : nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution();
    return new RequiredNodes(
        pod.nodeSelector(), required == null ? null : required.nodeSelectorTerms());
  }

  public boolean any() {
    return selector.isEmpty() && terms == null;
  }

  public boolean match(String name, Map<String, String> labels) {
    for (var wanted : selector.entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    return terms == null || NodeSelectors.matchesAny(terms, name, labels);
  }
}
