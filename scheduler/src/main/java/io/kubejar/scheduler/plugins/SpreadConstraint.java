package io.kubejar.scheduler.plugins;

import io.kubejar.api.core.v1.TopologySpreadConstraint;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.scheduler.framework.LabelMatching;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import java.util.ArrayList;
import java.util.List;

/// One wish of a pod to be spread, with its selector compiled.
///
/// @param counted which pods of the pod's namespace are to be spread
record SpreadConstraint(
    String topologyKey,
    int maxSkew,
    int minDomains,
    boolean honorsAffinity,
    boolean honorsTaints,
    Counted counted) {
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
    if (pod.controllerUid().isEmpty() || !pod.pod().spec().topologySpreadConstraints().isEmpty()) {
      return List.of();
    }
    var siblings = new Siblings(pod.controllerUid());
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
        new Matching(selector));
  }

  /// Whether every node is a domain of its own.
  boolean ofEachHost() {
    return topologyKey.equals(HOST);
  }

  /// Whether pods on the node count at all.
  boolean includes(NodeInfo node, PodInfo pod) {
    if (honorsAffinity && !pod.requiredNodes().match(node.name(), node.labels())) {
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
    return counted.on(node, pod.namespace());
  }

  /// The pods that are to be spread.
  sealed interface Counted {
    boolean includes(PodInfo pod);

    /// How many are on a node.
    int on(NodeInfo node, String namespace);
  }

  /// The pods that a selector matches.
  record Matching(Selector selector) implements Counted {
    @Override
    public boolean includes(PodInfo pod) {
      return selector.matches(pod.labels());
    }

    @Override
    public int on(NodeInfo node, String namespace) {
      int matching = 0;
      for (var other : node.pods()) {
        if (other.namespace().equals(namespace)
            && !other.isBeingDeleted()
            && selector.matches(other.labels())) {
          matching++;
        }
      }
      return matching;
    }
  }

  /// The pods of one controller.
  record Siblings(String controllerUid) implements Counted {
    @Override
    public boolean includes(PodInfo pod) {
      return pod.controllerUid().equals(controllerUid);
    }

    @Override
    public int on(NodeInfo node, String namespace) {
      return node.siblings(controllerUid);
    }
  }
}
