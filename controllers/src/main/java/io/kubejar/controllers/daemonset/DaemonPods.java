package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Affinity;
import io.kubejar.api.core.v1.NodeAffinity;
import io.kubejar.api.core.v1.NodeSelector;
import io.kubejar.api.core.v1.NodeSelectorRequirement;
import io.kubejar.api.core.v1.NodeSelectorTerm;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.controllers.pods.PodsOfTemplates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The pods of a DaemonSet: what is added to its template, and which node one is for. Pure.
final class DaemonPods {
  static final String HASH_LABEL = "controller-revision-hash";

  private static final String GENERATION_LABEL = "pod-template-generation";
  private static final String GENERATION = "deprecated.daemonset.template.generation";
  private static final String NODE_NAME = "metadata.name";

  /// Daemons stay when their node is in trouble: often they are what could help.
  private static final List<Toleration> TOLERATIONS =
      List.of(
          exists("node.kubernetes.io/not-ready", "NoExecute"),
          exists("node.kubernetes.io/unreachable", "NoExecute"),
          exists("node.kubernetes.io/disk-pressure", "NoSchedule"),
          exists("node.kubernetes.io/memory-pressure", "NoSchedule"),
          exists("node.kubernetes.io/pid-pressure", "NoSchedule"),
          exists("node.kubernetes.io/unschedulable", "NoSchedule"));

  private static final Toleration WITHOUT_NETWORK =
      exists("node.kubernetes.io/network-unavailable", "NoSchedule");

  private DaemonPods() {}

  /// A pod that the scheduler can bind to this node only.
  static Pod podFor(DaemonSet daemonSet, String node, String hash) {
    var template = daemonSet.spec().template();
    Map<String, String> labels = new LinkedHashMap<>(template.metadata().labels());
    generation(daemonSet).ifPresent(number -> labels.put(GENERATION_LABEL, number));
    labels.put(HASH_LABEL, hash);
    var spec =
        template
            .spec()
            .withTolerations(tolerations(template.spec()))
            .withAffinity(pinned(template.spec(), node));
    return PodsOfTemplates.of(
        daemonSet, template.withMetadata(template.metadata().withLabels(labels)).withSpec(spec));
  }

  /// The template's tolerations and those that every daemon has.
  static List<Toleration> tolerations(PodSpec spec) {
    var all = new ArrayList<>(spec.tolerations());
    TOLERATIONS.forEach(each -> addOrReplace(all, each));
    if (spec.hostNetwork()) {
      addOrReplace(all, WITHOUT_NETWORK);
    }
    return List.copyOf(all);
  }

  /// Whether the pod is of the newest template: by its hash or, as in the days of old, by the
  /// template's generation.
  static boolean isUpdated(DaemonSet daemonSet, Pod pod, String hash) {
    var labels = pod.metadata().labels();
    return hash.equals(labels.get(HASH_LABEL))
        || generation(daemonSet)
            .filter(number -> number.equals(labels.get(GENERATION_LABEL)))
            .isPresent();
  }

  /// The node that a pod is on or, before it is bound, is for; empty if nothing says so.
  static Optional<String> targetNode(Pod pod) {
    if (!pod.spec().nodeName().isEmpty()) {
      return Optional.of(pod.spec().nodeName());
    }
    var affinity = pod.spec().affinity();
    var nodeAffinity = affinity == null ? null : affinity.nodeAffinity();
    var required =
        nodeAffinity == null ? null : nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution();
    if (required == null) {
      return Optional.empty();
    }
    return required.nodeSelectorTerms().stream()
        .flatMap(term -> term.matchFields().stream())
        .filter(field -> field.key().equals(NODE_NAME) && field.operator().equals("In"))
        .findFirst()
        .filter(field -> field.values().size() == 1)
        .map(field -> field.values().getFirst());
  }

  /// The number in the annotation; empty if there is none, or another text.
  private static Optional<String> generation(DaemonSet daemonSet) {
    var text = daemonSet.metadata().annotations().getOrDefault(GENERATION, "");
    try {
      return Optional.of(Long.toString(Long.parseLong(text)));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Affinity pinned(PodSpec spec, String node) {
    var name =
        NodeSelectorRequirement.builder()
            .key(NODE_NAME)
            .operator("In")
            .values(List.of(node))
            .build();
    var only =
        NodeSelector.EMPTY.withNodeSelectorTerms(
            List.of(NodeSelectorTerm.EMPTY.withMatchFields(List.of(name))));
    var affinity = Objects.requireNonNullElse(spec.affinity(), Affinity.EMPTY);
    var nodes = Objects.requireNonNullElse(affinity.nodeAffinity(), NodeAffinity.EMPTY);
    return affinity.withNodeAffinity(
        nodes.withRequiredDuringSchedulingIgnoredDuringExecution(only));
  }

  private static void addOrReplace(List<Toleration> all, Toleration wanted) {
    for (int i = 0; i < all.size(); i++) {
      if (isSame(all.get(i), wanted)) {
        all.set(i, wanted);
        return;
      }
    }
    all.add(wanted);
  }

  /// Whether they speak of the same taints, for whatever time.
  private static boolean isSame(Toleration left, Toleration right) {
    return left.key().equals(right.key())
        && left.effect().equals(right.effect())
        && left.operator().equals(right.operator())
        && left.value().equals(right.value());
  }

  private static Toleration exists(String key, String effect) {
    return Toleration.EMPTY.withKey(key).withOperator("Exists").withEffect(effect);
  }
}
