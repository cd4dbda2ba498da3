package io.kubejar.scheduler.framework;

import io.kubejar.api.core.v1.NodeSelectorTerm;
import io.kubejar.api.core.v1.Pod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The nodes that a pod's selector and required node affinity leave.
///
/// @param terms null without required affinity; one of them must match otherwise
public record RequiredNodes(Map<String, String> selector, @Nullable List<NodeSelectorTerm> terms) {

  static RequiredNodes of(Pod pod) {
    var affinity = pod.spec().affinity();
    var nodeAffinity = affinity == null ? null : affinity.nodeAffinity();
    var required =
        nodeAffinity == null ? null : nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution();
    return new RequiredNodes(
        pod.spec().nodeSelector(), required == null ? null : required.nodeSelectorTerms());
  }

  public boolean any() {
    return selector.isEmpty() && terms == null;
  }

  public boolean match(NodeInfo node) {
    var labels = node.labels();
    for (var wanted : selector.entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    return terms == null || NodeSelectors.matchesAny(terms, node.name(), labels);
  }
}
