package io.kubejar.controllers.replicaset;

import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.ReplicaSetCondition;
import io.kubejar.api.apps.v1.ReplicaSetSpec;
import io.kubejar.api.apps.v1.ReplicaSetStatus;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.ReplicationControllerCondition;
import io.kubejar.api.core.v1.ReplicationControllerStatus;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/// A kind whose objects keep pods of one template, seen as ReplicaSets. ReplicationControllers do
/// the same under an older name, and upstream too sees them so.
///
/// @param view the object as a ReplicaSet, with the object's own metadata
/// @param withStatus the object with this status
record ReplicaKind<O extends KubernetesObject>(
    ResourceType<O> type,
    Function<O, ReplicaSet> view,
    BiFunction<O, ReplicaSetStatus, O> withStatus) {
  static final ReplicaKind<ReplicaSet> REPLICA_SETS =
      new ReplicaKind<>(ReplicaSet.RESOURCE, set -> set, ReplicaSet::withStatus);

  static final ReplicaKind<ReplicationController> REPLICATION_CONTROLLERS =
      new ReplicaKind<>(
          ReplicationController.RESOURCE, ReplicaKind::asReplicaSet, ReplicaKind::withStatus);

  private static ReplicaSet asReplicaSet(ReplicationController controller) {
    var spec = controller.spec();
    var status = controller.status();
    return ReplicaSet.EMPTY
        .withMetadata(controller.metadata())
        .withSpec(
            ReplicaSetSpec.EMPTY
                .withReplicas(spec.replicas())
                .withMinReadySeconds(spec.minReadySeconds())
                .withSelector(LabelSelector.EMPTY.withMatchLabels(spec.selector()))
                .withTemplate(Objects.requireNonNullElse(spec.template(), PodTemplateSpec.EMPTY)))
        .withStatus(
            ReplicaSetStatus.EMPTY
                .withReplicas(status.replicas())
                .withFullyLabeledReplicas(status.fullyLabeledReplicas())
                .withReadyReplicas(status.readyReplicas())
                .withAvailableReplicas(status.availableReplicas())
                .withObservedGeneration(status.observedGeneration())
                .withConditions(
                    status.conditions().stream()
                        .map(
                            known ->
                                ReplicaSetCondition.EMPTY
                                    .withType(known.type())
                                    .withStatus(known.status())
                                    .withReason(known.reason())
                                    .withMessage(known.message())
                                    .withLastTransitionTime(known.lastTransitionTime()))
                        .toList()));
  }

  /// How many pods are ending is not said of a ReplicationController.
  private static ReplicationController withStatus(
      ReplicationController controller, ReplicaSetStatus status) {
    return controller.withStatus(
        ReplicationControllerStatus.EMPTY
            .withReplicas(status.replicas())
            .withFullyLabeledReplicas(status.fullyLabeledReplicas())
            .withReadyReplicas(status.readyReplicas())
            .withAvailableReplicas(status.availableReplicas())
            .withObservedGeneration(status.observedGeneration())
            .withConditions(
                status.conditions().stream()
                    .map(
                        each ->
                            ReplicationControllerCondition.EMPTY
                                .withType(each.type())
                                .withStatus(each.status())
                                .withReason(each.reason())
                                .withMessage(each.message())
                                .withLastTransitionTime(each.lastTransitionTime()))
                    .toList()));
  }
}
