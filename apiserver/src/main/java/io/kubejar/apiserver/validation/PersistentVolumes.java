package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.CSIPersistentVolumeSource;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeSpec;
import io.kubejar.api.core.v1.SecretReference;
import io.kubejar.api.core.v1.VolumeNodeAffinity;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.format.Formats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// PersistentVolumes: one source each, which never changes.
final class PersistentVolumes {
  private static final String STORAGE = "storage";
  private static final String HOST_PATH = "hostPath";

  private PersistentVolumes() {}

  static void volume(Check root, PersistentVolume volume) {
    var at = root.at("spec");
    var spec = volume.spec();
    if (spec.accessModes().isEmpty()) {
      at.at("accessModes").required("");
    }
    Storage.accessModes(at.at("accessModes"), spec.accessModes());
    capacity(at.at("capacity"), spec.capacity());
    at.at("persistentVolumeReclaimPolicy")
        .oneOfOrEmpty(spec.persistentVolumeReclaimPolicy(), "Delete", "Recycle", "Retain");
    affinity(at.at("nodeAffinity"), spec.nodeAffinity());
    source(at, spec);
    recycling(at, spec);
    if (!spec.storageClassName().isEmpty()) {
      at.at("storageClassName").format(spec.storageClassName(), Formats::dns1123Subdomain);
    }
    at.at("volumeMode").oneOfOrEmpty(spec.volumeMode(), "Block", "Filesystem");
    attributesClass(at, spec);
  }

  private static void capacity(Check at, Map<String, Quantity> capacity) {
    if (capacity.isEmpty()) {
      at.required("");
    }
    if (!capacity.containsKey(STORAGE) || capacity.size() > 1) {
      at.notSupported(capacity, STORAGE);
    }
    at.each(
        capacity,
        (item, _, amount) -> {
          if (amount.signum() < 0) {
            item.invalid(amount.value(), "must be a valid resource quantity");
          }
          if (amount.signum() <= 0) {
            item.invalid(amount.toString(), "must be greater than zero");
          }
        });
  }

  private static void affinity(Check at, @Nullable VolumeNodeAffinity affinity) {
    if (affinity == null) {
      return;
    }
    var required = at.at("required");
    if (affinity.required() == null) {
      required.required("must specify required node constraints");
    } else {
      Scheduling.nodeSelector(required, affinity.required());
    }
  }

  /// Which kinds of source a volume has, by field, in the order in which upstream looks.
  private static Set<String> kinds(PersistentVolumeSpec volume) {
    Map<String, @Nullable Object> sources = new LinkedHashMap<>();
    sources.put(HOST_PATH, volume.hostPath());
    sources.put("gcePersistentDisk", volume.gcePersistentDisk());
    sources.put("awsElasticBlockStore", volume.awsElasticBlockStore());
    sources.put("glusterfs", volume.glusterfs());
    sources.put("flocker", volume.flocker());
    sources.put("nfs", volume.nfs());
    sources.put("rbd", volume.rbd());
    sources.put("quobyte", volume.quobyte());
    sources.put("cephFS", volume.cephfs());
    sources.put("iscsi", volume.iscsi());
    sources.put("cinder", volume.cinder());
    sources.put("fc", volume.fc());
    sources.put("flexVolume", volume.flexVolume());
    sources.put("azureFile", volume.azureFile());
    sources.put("vsphereVolume", volume.vsphereVolume());
    sources.put("photonPersistentDisk", volume.photonPersistentDisk());
    sources.put("portworxVolume", volume.portworxVolume());
    sources.put("azureDisk", volume.azureDisk());
    sources.put("scaleIO", volume.scaleIO());
    sources.put("local", volume.local());
    sources.put("storageos", volume.storageos());
    sources.put("csi", volume.csi());
    sources.values().removeIf(Objects::isNull);
    return sources.keySet();
  }

  private static void source(Check at, PersistentVolumeSpec spec) {
    var kinds = kinds(spec);
    if (kinds.isEmpty()) {
      at.required("must specify a volume type");
      return;
    }
    kinds.stream()
        .skip(1)
        .forEach(kind -> at.at(kind).forbidden("may not specify more than 1 volume type"));
    switch (kinds.iterator().next()) {
      case HOST_PATH -> Volumes.hostPath(at.at(HOST_PATH), spec.hostPath());
      case "nfs" -> Volumes.nfs(at.at("nfs"), spec.nfs());
      case "local" -> local(at, spec);
      case "csi" -> csi(at.at("csi"), Objects.requireNonNull(spec.csi()));
      default -> {} // The drivers of the others are gone; only that there is one is checked.
    }
  }

  private static void local(Check at, PersistentVolumeSpec spec) {
    var path = Objects.requireNonNull(spec.local()).path();
    var place = at.at("local").at("path");
    if (path.isEmpty()) {
      place.required("");
    } else {
      Paths.noBacksteps(place, path);
    }
    if (spec.nodeAffinity() == null) {
      at.at("nodeAffinity").required("Local volume requires node affinity");
    }
  }

  private static void csi(Check at, CSIPersistentVolumeSource csi) {
    StorageKinds.driverName(at.at("driver"), csi.driver());
    at.at("volumeHandle").nonEmpty(csi.volumeHandle());
    secret(at.at("controllerPublishSecretRef"), csi.controllerPublishSecretRef());
    secret(at.at("controllerExpandSecretRef"), csi.controllerExpandSecretRef());
    secret(at.at("nodePublishSecretRef"), csi.nodePublishSecretRef());
    secret(at.at("nodeExpandSecretRef"), csi.nodeExpandSecretRef());
  }

  private static void secret(Check at, @Nullable SecretReference secret) {
    if (secret != null) {
      at.at("name").nonEmpty(secret.name());
      at.at("namespace").nonEmpty(secret.namespace());
    }
  }

  private static void recycling(Check at, PersistentVolumeSpec spec) {
    var hostPath = spec.hostPath();
    boolean wholeDisk = hostPath != null && hostPath.path().matches("/+\\.?/*");
    if (wholeDisk && spec.persistentVolumeReclaimPolicy().equals("Recycle")) {
      at.at("persistentVolumeReclaimPolicy")
          .forbidden("may not be 'recycle' for a hostPath mount of '/'");
    }
  }

  private static void attributesClass(Check at, PersistentVolumeSpec spec) {
    var name = spec.volumeAttributesClassName();
    if (name == null) {
      return;
    }
    var place = at.at("volumeAttributesClassName");
    if (name.isEmpty()) {
      place.required("an empty string is disallowed");
    } else {
      place.format(name, Formats::dns1123Subdomain);
    }
    if (spec.csi() == null) {
      at.at("csi").required("has to be specified when using volumeAttributesClassName");
    }
  }

  static void volume(Check root, PersistentVolume volume, PersistentVolume old) {
    volume(root, volume);
    var now = volume.spec();
    var was = old.spec();
    if (!sourceOnly(now, was).equals(sourceOnly(was, was))) {
      root.at("spec")
          .at("persistentvolumesource")
          .forbidden("spec.persistentvolumesource is immutable after creation");
    }
    root.at("volumeMode")
        .immutable(
            Objects.requireNonNullElse(now.volumeMode(), "Filesystem"),
            Objects.requireNonNullElse(was.volumeMode(), "Filesystem"));
    if (was.nodeAffinity() != null) {
      root.at("nodeAffinity").immutable(now.nodeAffinity(), was.nodeAffinity());
    }
    if (was.volumeAttributesClassName() != null && now.volumeAttributesClassName() == null) {
      root.at("spec")
          .at("volumeAttributesClassName")
          .forbidden("update from non-nil value to nil is forbidden");
    }
  }

  /// Where the data lies, and nothing else. The secret for growing may be added later.
  private static PersistentVolumeSpec sourceOnly(
      PersistentVolumeSpec spec, PersistentVolumeSpec old) {
    var csi = spec.csi();
    var oldCsi = old.csi();
    if (csi != null && oldCsi != null && oldCsi.controllerExpandSecretRef() == null) {
      csi = csi.withControllerExpandSecretRef(null);
    }
    return spec.withCsi(csi)
        .withCapacity(Map.of())
        .withAccessModes(List.of())
        .withClaimRef(null)
        .withPersistentVolumeReclaimPolicy("")
        .withStorageClassName("")
        .withMountOptions(List.of())
        .withVolumeMode(null)
        .withNodeAffinity(null)
        .withVolumeAttributesClassName(null);
  }
}
