package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Affinity;
import io.kubejar.api.core.v1.NodeAffinity;
import io.kubejar.api.core.v1.NodeSelectorTerm;
import io.kubejar.api.core.v1.PodSpec;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Pods that wait at a scheduling gate: they may still narrow down where they want to run.
final class GatedPods {
  private GatedPods() {}

  /// The new pod with the node selector and the affinity for nodes of the old one, if it only
  /// narrowed them down.
  static PodSpec unmoved(Check at, PodSpec pod, PodSpec old) {
    var result = pod;
    if (!pod.nodeSelector().equals(old.nodeSelector())) {
      if (!pod.nodeSelector().entrySet().containsAll(old.nodeSelector().entrySet())) {
        at.at("nodeSelector")
            .invalid(
                pod.nodeSelector(),
                "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
      }
      result = result.withNodeSelector(old.nodeSelector());
    }
    var before = nodes(old.affinity());
    var now = nodes(pod.affinity());
    if (Objects.equals(before, now)) {
      return result;
    }
    narrowed(
        at.at("affinity")
            .at("nodeAffinity")
            .at("requiredDuringSchedulingIgnoredDuringExecution")
            .at("nodeSelectorTerms"),
        terms(now),
        terms(before));
    return result.withAffinity(withNodes(pod.affinity(), old.affinity(), before));
  }

  private static @Nullable Affinity withNodes(
      @Nullable Affinity now, @Nullable Affinity old, @Nullable NodeAffinity nodes) {
    if (now == null) {
      return nodes == null ? null : Affinity.EMPTY.withNodeAffinity(nodes);
    }
    if (old == null && now.podAffinity() == null && now.podAntiAffinity() == null) {
      return null;
    }
    return now.withNodeAffinity(nodes);
  }

  private static @Nullable NodeAffinity nodes(@Nullable Affinity affinity) {
    return affinity == null ? null : affinity.nodeAffinity();
  }

  private static List<NodeSelectorTerm> terms(@Nullable NodeAffinity affinity) {
    var required =
        affinity == null ? null : affinity.requiredDuringSchedulingIgnoredDuringExecution();
    return required == null ? List.of() : required.nodeSelectorTerms();
  }

  private static void narrowed(
      Check at, List<NodeSelectorTerm> now, List<NodeSelectorTerm> before) {
    if (!before.isEmpty() && before.size() != now.size()) {
      at.invalid(now, "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
      return;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!isNarrower(now.get(i), before.get(i))) {
        at.at(i).invalid(now.get(i), "only additions are allowed (no mutations or deletions)");
      }
    }
  }

  /// Terms are alternatives, requirements come on top of each other; so a requirement narrows a
  /// term down, except one that asked for nothing and so matched nothing.
  private static boolean isNarrower(NodeSelectorTerm now, NodeSelectorTerm before) {
    if (before.matchExpressions().isEmpty() && before.matchFields().isEmpty()) {
      return now.matchExpressions().isEmpty() && now.matchFields().isEmpty();
    }
    return beginsWith(now.matchExpressions(), before.matchExpressions())
        && beginsWith(now.matchFields(), before.matchFields());
  }

  private static <T> boolean beginsWith(List<T> all, List<T> first) {
    return all.size() >= first.size() && all.subList(0, first.size()).equals(first);
  }
}
