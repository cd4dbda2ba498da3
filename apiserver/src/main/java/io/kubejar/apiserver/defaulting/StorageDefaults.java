package io.kubejar.apiserver.defaulting;

import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.StorageClass;
import java.util.List;
import java.util.Objects;

/// Volumes, claims and what provides them.
final class StorageDefaults {
  private StorageDefaults() {}

  static PersistentVolume volume(PersistentVolume volume) {
    var spec = volume.spec();
    if (spec.persistentVolumeReclaimPolicy().isEmpty()) {
      spec = spec.withPersistentVolumeReclaimPolicy("Retain");
    }
    if (spec.volumeMode() == null) {
      spec = spec.withVolumeMode("Filesystem");
    }
    var hostPath = spec.hostPath();
    if (hostPath != null && hostPath.type() == null) {
      spec = spec.withHostPath(hostPath.withType(""));
    }
    spec = RemoteVolumeDefaults.volume(spec.withCapacity(Amounts.rounded(spec.capacity())));
    var status = volume.status();
    return volume
        .withSpec(spec)
        .withStatus(status.phase().isEmpty() ? status.withPhase("Pending") : status);
  }

  static PersistentVolumeClaim claim(PersistentVolumeClaim claim) {
    var status = claim.status();
    return claim
        .withSpec(VolumeDefaults.claim(claim.spec()))
        .withStatus(status.phase().isEmpty() ? status.withPhase("Pending") : status);
  }

  static StorageClass storageClass(StorageClass given) {
    return given
        .withReclaimPolicy(Objects.requireNonNullElse(given.reclaimPolicy(), "Delete"))
        .withVolumeBindingMode(Objects.requireNonNullElse(given.volumeBindingMode(), "Immediate"));
  }

  static CSIDriver csiDriver(CSIDriver driver) {
    var spec = driver.spec();
    if (spec.volumeLifecycleModes().isEmpty()) {
      spec = spec.withVolumeLifecycleModes(List.of("Persistent"));
    }
    return driver.withSpec(
        spec.withAttachRequired(Objects.requireNonNullElse(spec.attachRequired(), true))
            .withPodInfoOnMount(Objects.requireNonNullElse(spec.podInfoOnMount(), false))
            .withStorageCapacity(Objects.requireNonNullElse(spec.storageCapacity(), false))
            .withFsGroupPolicy(
                Objects.requireNonNullElse(spec.fsGroupPolicy(), "ReadWriteOnceWithFSType"))
            .withRequiresRepublish(Objects.requireNonNullElse(spec.requiresRepublish(), false))
            .withSeLinuxMount(Objects.requireNonNullElse(spec.seLinuxMount(), false)));
  }
}
