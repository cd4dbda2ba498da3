package io.kubejar.apiserver.strategy;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetSpec;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Lifecycle;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.api.core.v1.PodTemplate;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.resource.v1.Device;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.apimachinery.KubernetesObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fields whose features are off by default in 1.36. They are taken out of what clients write, as
/// if they had not been written.
final class DisabledFields {
  private DisabledFields() {}

  @SuppressWarnings("unchecked") // Each case gives the type that it takes.
  static <T extends KubernetesObject> T without(T object) {
    return (T)
        switch (object) {
          case Pod it -> it.withSpec(pod(it.spec()));
          case PodTemplate it -> it.withTemplate(template(it.template()));
          case Deployment it -> it.withSpec(it.spec().withTemplate(template(it.spec().template())));
          case ReplicaSet it -> it.withSpec(it.spec().withTemplate(template(it.spec().template())));
          case DaemonSet it -> it.withSpec(it.spec().withTemplate(template(it.spec().template())));
          case StatefulSet it -> it.withSpec(statefulSet(it.spec()));
          case Job it -> it.withSpec(it.spec().withTemplate(template(it.spec().template())));
          case CronJob it -> cronJob(it);
          case ReplicationController it -> controller(it);
          case PersistentVolumeClaim it -> claim(it);
          case ResourceSlice it -> slice(it);
          case Lease it -> lease(it);
          case CSIDriver it ->
              it.spec().preventPodSchedulingIfMissing() == null
                  ? it
                  : it.withSpec(it.spec().withPreventPodSchedulingIfMissing(null));
          default -> object;
        };
  }

  /// The status of a pod without the digests of images that are mounted, and without claims to what
  /// its node has by itself.
  static PodStatus without(PodStatus status) {
    return status
        .withNodeAllocatableResourceClaimStatuses(List.of())
        .withContainerStatuses(containerStatuses(status.containerStatuses()))
        .withInitContainerStatuses(containerStatuses(status.initContainerStatuses()))
        .withEphemeralContainerStatuses(containerStatuses(status.ephemeralContainerStatuses()));
  }

  private static List<ContainerStatus> containerStatuses(List<ContainerStatus> statuses) {
    return statuses.stream().allMatch(DisabledFields::hasNoVolumeStatus)
        ? statuses
        : statuses.stream()
            .map(
                it ->
                    it.withVolumeMounts(
                        it.volumeMounts().stream()
                            .map(mount -> mount.withVolumeStatus(null))
                            .toList()))
            .toList();
  }

  private static boolean hasNoVolumeStatus(ContainerStatus status) {
    return status.volumeMounts().stream().allMatch(mount -> mount.volumeStatus() == null);
  }

  private static Lease lease(Lease lease) {
    var spec = lease.spec();
    return spec.strategy() == null && spec.preferredHolder() == null
        ? lease
        : lease.withSpec(spec.withStrategy(null).withPreferredHolder(null));
  }

  private static CronJob cronJob(CronJob cron) {
    var jobs = cron.spec().jobTemplate();
    var job = jobs.spec().withTemplate(template(jobs.spec().template()));
    return cron.withSpec(cron.spec().withJobTemplate(jobs.withSpec(job)));
  }

  private static ReplicationController controller(ReplicationController controller) {
    var template = controller.spec().template();
    return template == null
        ? controller
        : controller.withSpec(controller.spec().withTemplate(template(template)));
  }

  private static StatefulSetSpec statefulSet(StatefulSetSpec set) {
    var result = set.withTemplate(template(set.template()));
    var strategy = set.updateStrategy();
    var rolling = strategy.rollingUpdate();
    return rolling == null || rolling.maxUnavailable() == null
        ? result
        : result.withUpdateStrategy(strategy.withRollingUpdate(rolling.withMaxUnavailable(null)));
  }

  private static PersistentVolumeClaim claim(PersistentVolumeClaim claim) {
    var reference = claim.spec().dataSourceRef();
    var namespace = reference == null ? null : reference.namespace();
    return namespace == null || namespace.isEmpty()
        ? claim
        : claim.withSpec(claim.spec().withDataSourceRef(null));
  }

  private static ResourceSlice slice(ResourceSlice slice) {
    var devices = slice.spec().devices();
    return devices.stream().noneMatch(DisabledFields::hasDisabledPart)
        ? slice
        : slice.withSpec(
            slice.spec().withDevices(devices.stream().map(DisabledFields::device).toList()));
  }

  private static boolean hasDisabledPart(Device device) {
    return !device.nodeAllocatableResourceMappings().isEmpty()
        || !device(device).attributes().equals(device.attributes());
  }

  private static Device device(Device device) {
    var attributes = new LinkedHashMap<>(device.attributes());
    attributes.replaceAll(
        (_, it) ->
            it.withInts(List.of())
                .withBools(List.of())
                .withStrings(List.of())
                .withVersions(List.of()));
    return device.withAttributes(attributes).withNodeAllocatableResourceMappings(Map.of());
  }

  private static PodTemplateSpec template(PodTemplateSpec template) {
    return template.withSpec(pod(template.spec()));
  }

  private static PodSpec pod(PodSpec pod) {
    var result = pod;
    if (pod.schedulingGroup() != null) {
      result = result.withSchedulingGroup(null);
    }
    if (pod.volumes().stream().anyMatch(DisabledFields::hasDisabledSource)) {
      result = result.withVolumes(pod.volumes().stream().map(DisabledFields::volume).toList());
    }
    if (anyStopSignal(pod.containers())) {
      result = result.withContainers(containers(pod.containers()));
    }
    if (anyStopSignal(pod.initContainers())) {
      result = result.withInitContainers(containers(pod.initContainers()));
    }
    return result;
  }

  private static boolean hasDisabledSource(Volume volume) {
    var projected = volume.projected();
    return projected != null
        && projected.sources().stream()
            .anyMatch(it -> it.clusterTrustBundle() != null || it.podCertificate() != null);
  }

  private static Volume volume(Volume volume) {
    var projected = volume.projected();
    return projected == null
        ? volume
        : volume.withProjected(
            projected.withSources(
                projected.sources().stream()
                    .map(it -> it.withClusterTrustBundle(null).withPodCertificate(null))
                    .toList()));
  }

  private static boolean anyStopSignal(List<Container> containers) {
    return containers.stream().anyMatch(container -> hasStopSignal(container.lifecycle()));
  }

  private static boolean hasStopSignal(@Nullable Lifecycle lifecycle) {
    return lifecycle != null && lifecycle.stopSignal() != null;
  }

  private static List<Container> containers(List<Container> containers) {
    return containers.stream()
        .map(container -> container.withLifecycle(lifecycle(container.lifecycle())))
        .toList();
  }

  private static @Nullable Lifecycle lifecycle(@Nullable Lifecycle lifecycle) {
    if (lifecycle == null || lifecycle.stopSignal() == null) {
      return lifecycle;
    }
    var rest = lifecycle.withStopSignal(null);
    return rest.equals(Lifecycle.EMPTY) ? null : rest;
  }
}
