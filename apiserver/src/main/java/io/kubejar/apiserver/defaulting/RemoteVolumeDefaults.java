package io.kubejar.apiserver.defaulting;

import io.kubejar.api.core.v1.AzureDiskVolumeSource;
import io.kubejar.api.core.v1.PersistentVolumeSpec;
import io.kubejar.api.core.v1.Volume;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Disks of old that are reached over a network; pods and PersistentVolumes describe them alike.
final class RemoteVolumeDefaults {
  private static final String KEYRING = "/etc/ceph/keyring";

  private RemoteVolumeDefaults() {}

  static Volume volume(Volume given) {
    var volume = given.withAzureDisk(azure(given.azureDisk()));
    var iscsi = volume.iscsi();
    if (iscsi != null) {
      volume = volume.withIscsi(iscsi.withIscsiInterface(or(iscsi.iscsiInterface(), "default")));
    }
    var rbd = volume.rbd();
    if (rbd != null) {
      volume =
          volume.withRbd(
              rbd.withPool(or(rbd.pool(), "rbd"))
                  .withUser(or(rbd.user(), "admin"))
                  .withKeyring(or(rbd.keyring(), KEYRING)));
    }
    var scaleIo = volume.scaleIO();
    return scaleIo == null
        ? volume
        : volume.withScaleIO(
            scaleIo
                .withStorageMode(or(scaleIo.storageMode(), "ThinProvisioned"))
                .withFsType(or(scaleIo.fsType(), "xfs")));
  }

  static PersistentVolumeSpec volume(PersistentVolumeSpec given) {
    var volume = given.withAzureDisk(azure(given.azureDisk()));
    var iscsi = volume.iscsi();
    if (iscsi != null) {
      volume = volume.withIscsi(iscsi.withIscsiInterface(or(iscsi.iscsiInterface(), "default")));
    }
    var rbd = volume.rbd();
    if (rbd != null) {
      volume =
          volume.withRbd(
              rbd.withPool(or(rbd.pool(), "rbd"))
                  .withUser(or(rbd.user(), "admin"))
                  .withKeyring(or(rbd.keyring(), KEYRING)));
    }
    var scaleIo = volume.scaleIO();
    return scaleIo == null
        ? volume
        : volume.withScaleIO(
            scaleIo
                .withStorageMode(or(scaleIo.storageMode(), "ThinProvisioned"))
                .withFsType(or(scaleIo.fsType(), "xfs")));
  }

  private static @Nullable AzureDiskVolumeSource azure(@Nullable AzureDiskVolumeSource disk) {
    return disk == null
        ? null
        : disk.withCachingMode(Objects.requireNonNullElse(disk.cachingMode(), "ReadWrite"))
            .withFsType(Objects.requireNonNullElse(disk.fsType(), "ext4"))
            .withReadOnly(Objects.requireNonNullElse(disk.readOnly(), false))
            .withKind(Objects.requireNonNullElse(disk.kind(), "Shared"));
  }

  private static String or(String given, String otherwise) {
    return given.isEmpty() ? otherwise : given;
  }
}
