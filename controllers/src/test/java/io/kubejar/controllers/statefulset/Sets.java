package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.RollingUpdateStatefulSetStrategy;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetUpdateStrategy;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.testing.Objects;
import java.util.List;
import java.util.Map;

/// StatefulSets that tests begin with, as the API server completes them.
final class Sets {
  private Sets() {}

  static StatefulSet set(int replicas) {
    return StatefulSet.EMPTY
        .withMetadata(Objects.named("web").withUid("uid-web").withGeneration(1))
        .withSpec(
            StatefulSet.EMPTY.spec().toBuilder()
                .replicas(replicas)
                .selector(LabelSelector.EMPTY.withMatchLabels(Objects.LABELS))
                .serviceName("headless")
                .podManagementPolicy("OrderedReady")
                .revisionHistoryLimit(10)
                .updateStrategy(rolling(0))
                .template(template("a"))
                .build());
  }

  static StatefulSet partitioned(StatefulSet set, int partition) {
    return set.withSpec(set.spec().withUpdateStrategy(rolling(partition)));
  }

  static StatefulSet withClaims(StatefulSet set) {
    var claim =
        PersistentVolumeClaim.EMPTY.withMetadata(
            ObjectMeta.EMPTY.withName("data").withLabels(Map.of("of", "template")));
    return set.withSpec(set.spec().withVolumeClaimTemplates(List.of(claim)));
  }

  static PodTemplateSpec template(String image) {
    return PodTemplateSpec.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withLabels(Objects.LABELS))
        .withSpec(
            PodTemplateSpec.EMPTY
                .spec()
                .withContainers(List.of(Container.EMPTY.withName("main").withImage(image))));
  }

  private static StatefulSetUpdateStrategy rolling(int partition) {
    return StatefulSetUpdateStrategy.EMPTY
        .withType("RollingUpdate")
        .withRollingUpdate(RollingUpdateStatefulSetStrategy.EMPTY.withPartition(partition));
  }
}
