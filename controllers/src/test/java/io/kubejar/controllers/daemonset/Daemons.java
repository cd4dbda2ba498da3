package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.DaemonSetUpdateStrategy;
import io.kubejar.api.apps.v1.RollingUpdateDaemonSet;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.testing.Objects;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// DaemonSets, nodes and pods that tests begin with.
final class Daemons {
  private Daemons() {}

  static DaemonSet daemonSet() {
    return DaemonSet.EMPTY
        .withMetadata(Objects.named("web").withUid("uid-web").withGeneration(1))
        .withSpec(
            DaemonSet.EMPTY.spec().toBuilder()
                .selector(LabelSelector.EMPTY.withMatchLabels(Objects.LABELS))
                .revisionHistoryLimit(10)
                .updateStrategy(rolling(1, 0))
                .template(template("a"))
                .build());
  }

  static DaemonSetUpdateStrategy rolling(int maxUnavailable, int maxSurge) {
    return DaemonSetUpdateStrategy.EMPTY
        .withType("RollingUpdate")
        .withRollingUpdate(
            RollingUpdateDaemonSet.EMPTY
                .withMaxUnavailable(IntOrString.of(maxUnavailable))
                .withMaxSurge(IntOrString.of(maxSurge)));
  }

  static DaemonSet surging(DaemonSet daemonSet) {
    return daemonSet.withSpec(daemonSet.spec().withUpdateStrategy(rolling(0, 1)));
  }

  static PodTemplateSpec template(String image) {
    return PodTemplateSpec.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withLabels(Objects.LABELS))
        .withSpec(
            PodTemplateSpec.EMPTY
                .spec()
                .withContainers(List.of(Container.EMPTY.withName("main").withImage(image))));
  }

  static Node node(String name) {
    return Objects.readyNode(name);
  }

  static Node tainted(String name, String key, String effect) {
    var node = node(name);
    var taint = Taint.EMPTY.withKey(key).withEffect(effect);
    return node.withSpec(node.spec().withTaints(List.of(taint)));
  }

  /// A pod of this revision, bound to the node.
  static Pod on(String node, String name, String hash, boolean ready) {
    var pod = Objects.running(name, "10.0.0.1", ready);
    Map<String, String> labels = new LinkedHashMap<>(pod.metadata().labels());
    labels.put(DaemonPods.HASH_LABEL, hash);
    return pod.withMetadata(pod.metadata().withLabels(labels))
        .withSpec(pod.spec().withNodeName(node));
  }

  static Pod phase(Pod pod, String phase) {
    return pod.withStatus(pod.status().withPhase(phase));
  }
}
