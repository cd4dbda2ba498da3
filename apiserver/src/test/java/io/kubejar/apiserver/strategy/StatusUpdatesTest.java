package io.kubejar.apiserver.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.VolumeAttachment;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.Call;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What of its metadata changes with an object's status, and when its generation grows.
class StatusUpdatesTest {
  private static final Call CALL = Call.by(UserInfo.of("jane"), "test");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ObjectMeta OTHER =
      ObjectMeta.EMPTY
          .withLabels(Map.of("a", "b"))
          .withAnnotations(Map.of("c", "d"))
          .withFinalizers(List.of("e/f"))
          .withOwnerReferences(List.of(OwnerReference.EMPTY.withName("g")));

  private final Strategies strategies =
      new Strategies(InstantSource.fixed(NOW), Strategies.EVENTS_KEPT);

  private <T extends KubernetesObject> Strategy<T> of(ResourceType<T> type) {
    return strategies.of(type);
  }

  @Test
  void mostKindsTakeAllMetadataAlong() {
    var strategy = of(StatefulSet.RESOURCE);
    var now = StatefulSet.EMPTY.withMetadata(OTHER);

    assertThat(strategy.prepareForStatusUpdate(CALL, now, StatefulSet.EMPTY).metadata())
        .isEqualTo(OTHER);
  }

  @Test
  void someKindsKeepAPartOrAll() {
    var pod =
        of(Pod.RESOURCE).prepareForStatusUpdate(CALL, Pod.EMPTY.withMetadata(OTHER), Pod.EMPTY);
    var deployment =
        of(Deployment.RESOURCE)
            .prepareForStatusUpdate(CALL, Deployment.EMPTY.withMetadata(OTHER), Deployment.EMPTY);
    var attachment =
        of(VolumeAttachment.RESOURCE)
            .prepareForStatusUpdate(
                CALL, VolumeAttachment.EMPTY.withMetadata(OTHER), VolumeAttachment.EMPTY);

    assertThat(pod.metadata()).isEqualTo(OTHER.withOwnerReferences(List.of()));
    assertThat(deployment.metadata()).isEqualTo(OTHER.withLabels(Map.of()));
    assertThat(attachment.metadata()).isEqualTo(ObjectMeta.EMPTY);
  }

  @Test
  void annotationsOfDeploymentsAndLabelsOfSlicesCount() throws InterruptedException {
    var deployment =
        of(Deployment.RESOURCE)
            .prepareForUpdate(CALL, Deployment.EMPTY.withMetadata(OTHER), Deployment.EMPTY);
    var slice =
        of(EndpointSlice.RESOURCE)
            .prepareForUpdate(CALL, EndpointSlice.EMPTY.withMetadata(OTHER), EndpointSlice.EMPTY);

    assertThat(deployment.metadata().generation()).isEqualTo(1);
    assertThat(slice.metadata().generation()).isEqualTo(1);
  }

  @Test
  void someGenerationsBeginLateOrNeverGrow() throws InterruptedException {
    var drivers = of(CSIDriver.RESOURCE);
    var priorities = of(PriorityClass.RESOURCE);
    var priority = priorities.prepareForCreate(CALL, PriorityClass.EMPTY);
    var described = priority.withDescription("a");

    assertThat(drivers.prepareForCreate(CALL, CSIDriver.EMPTY).metadata().generation()).isZero();
    assertThat(priorities.prepareForUpdate(CALL, described, priority)).isEqualTo(described);
  }

  @Test
  void daemonSetsCountTheirTemplates() throws InterruptedException {
    var sets = of(DaemonSet.RESOURCE);
    var first = sets.prepareForCreate(CALL, DaemonSet.EMPTY);
    var template = first.spec().template().withMetadata(OTHER);
    var second =
        sets.prepareForUpdate(
            CALL, DaemonSet.EMPTY.withSpec(first.spec().withTemplate(template)), first);

    assertThat(first.metadata().annotations())
        .containsEntry("deprecated.daemonset.template.generation", "1");
    assertThat(second.metadata().annotations())
        .containsEntry("deprecated.daemonset.template.generation", "2");
    assertThat(second.metadata().generation()).isEqualTo(2);
  }

  @Test
  void volumesTellSinceWhenTheyAreInTheirPhase() {
    var volumes = of(PersistentVolume.RESOURCE);
    var old =
        PersistentVolume.EMPTY.withStatus(
            PersistentVolumeStatus.EMPTY
                .withPhase("Pending")
                .withLastPhaseTransitionTime(Instant.EPOCH));
    var bound = old.withStatus(old.status().withPhase("Bound"));
    var same = old.withStatus(old.status().withLastPhaseTransitionTime(null));

    assertThat(volumes.prepareForStatusUpdate(CALL, bound, old).status().lastPhaseTransitionTime())
        .isEqualTo(NOW);
    assertThat(volumes.prepareForStatusUpdate(CALL, same, old)).isEqualTo(old);
  }
}
