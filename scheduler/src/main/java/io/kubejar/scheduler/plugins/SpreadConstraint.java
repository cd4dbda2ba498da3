package io.kubejar.scheduler.plugins;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.TopologySpreadConstraint;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.scheduler.framework.LabelMatching;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// One wish of a pod to be spread, with its selector compiled.
///
/// @param counts which pods of the pod's namespace are to be spread
record SpreadConstraint(
    String topologyKey,
    int maxSkew,
    int minDomains,
    boolean honorsAffinity,
    boolean honorsTaints,
    Predicate<PodInfo> counts) {
  private static final String HARD = "DoNotSchedule";
  private static final String HOST = "kubernetes.io/hostname";
  private static final String ZONE = "topology.kubernetes.io/zone";

  static List<SpreadConstraint> hard(PodInfo pod) {
    return of(pod, true);
  }

  static List<SpreadConstraint> soft(PodInfo pod) {
    return of(pod, false);
  }

  /// What a pod of a controller that says nothing gets: loosely over hosts, more loosely over
  /// zones.
  static List<SpreadConstraint> byDefault(PodInfo pod) {
    var owner = controller(pod.pod());
    if (owner.isEmpty() || !pod.pod().spec().topologySpreadConstraints().isEmpty()) {
      return List.of();
    }
    var uid = owner.get().uid();
    Predicate<PodInfo> siblings =
        other ->
            controller(other.pod()).map(reference -> reference.uid().equals(uid)).orElse(false);
    return List.of(
        new SpreadConstraint(HOST, 3, 1, true, false, siblings),
        new SpreadConstraint(ZONE, 5, 1, true, false, siblings));
  }

  private static List<SpreadConstraint> of(PodInfo pod, boolean hard) {
    var constraints = pod.pod().spec().topologySpreadConstraints();
    if (constraints.isEmpty()) {
      return List.of();
    }
    var compiled = new ArrayList<SpreadConstraint>();
    for (var constraint : constraints) {
      if (constraint.whenUnsatisfiable().equals(HARD) == hard) {
        compiled.add(of(pod, constraint));
      }
    }
    return compiled;
  }

  private static SpreadConstraint of(PodInfo pod, TopologySpreadConstraint constraint) {
    Selector selector =
        LabelMatching.selector(
            constraint.labelSelector(), pod.labels(), constraint.matchLabelKeys(), List.of());
    var minDomains = constraint.minDomains();
    return new SpreadConstraint(
        constraint.topologyKey(),
        constraint.maxSkew(),
        minDomains == null ? 1 : minDomains,
        !"Ignore".equals(constraint.nodeAffinityPolicy()),
        "Honor".equals(constraint.nodeTaintsPolicy()),
        other -> selector.matches(other.labels()));
  }

  private static Optional<OwnerReference> controller(Pod pod) {
    return pod.metadata().ownerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.controller()))
        .findFirst();
  }

  /// Whether pods on the node count at all.
  boolean includes(NodeInfo node, PodInfo pod) {
    if (honorsAffinity && !pod.requiredNodes().match(node)) {
      return false;
    }
    if (honorsTaints) {
      for (var taint : node.taints()) {
        if (!taint.effect().equals("PreferNoSchedule") && !pod.tolerations().tolerate(taint)) {
          return false;
        }
      }
    }
    return true;
  }

  int count(NodeInfo node, PodInfo pod) {
    int matching = 0;
    for (var other : node.pods()) {
      if (other.namespace().equals(pod.namespace())
          && !other.isBeingDeleted()
          && counts.test(other)) {
        matching++;
      }
    }
    return matching;
  }
}
