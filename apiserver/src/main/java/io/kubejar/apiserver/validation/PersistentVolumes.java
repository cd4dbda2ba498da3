package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.CSIPersistentVolumeSource;
import io.kubejar.api.core.v1.NodeSelectorRequirement;
import io.kubejar.api.core.v1.NodeSelectorTerm;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeSpec;
import io.kubejar.api.core.v1.SecretReference;
import io.kubejar.api.core.v1.VolumeNodeAffinity;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.format.Formats;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// PersistentVolumes: one source each, which never changes.
final class PersistentVolumes {
  private static final String STORAGE = "storage";

  /// Labels of nodes whose names changed when they became stable.
  private static final Map<String, String> STABLE_LABELS =
      Map.of(
          "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region",
          "beta.kubernetes.io/os", "kubernetes.io/os",
          "beta.kubernetes.io/arch", "kubernetes.io/arch",
          "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type");

  private static final String MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options";
  private static final List<String> MODES = List.of("Block", "Filesystem");
  private static final String NOT_INLINE = "may not be specified in the context of inline volumes";

  private PersistentVolumes() {}

  static void volume(Check root, PersistentVolume volume) {
    described(root, volume);
    if (volume.metadata().annotations().containsKey(MOUNT_OPTIONS)
        && !takesMountOptions(volume.spec())) {
      root.at("metadata")
          .at("annotations")
          .at(MOUNT_OPTIONS)
          .forbidden("may not specify mount options for this volume type");
    }
  }

  private static boolean takesMountOptions(PersistentVolumeSpec spec) {
    return Stream.of(
            spec.gcePersistentDisk(),
            spec.awsElasticBlockStore(),
            spec.glusterfs(),
            spec.nfs(),
            spec.rbd(),
            spec.quobyte(),
            spec.iscsi(),
            spec.cinder(),
            spec.cephfs(),
            spec.azureFile(),
            spec.vsphereVolume(),
            spec.azureDisk(),
            spec.photonPersistentDisk())
        .anyMatch(Objects::nonNull);
  }

  private static void described(Check root, PersistentVolume volume) {
    var at = root.at("spec");
    var spec = volume.spec();
    accessModes(at, spec);
    capacity(at.at("capacity"), spec.capacity());
    at.at("persistentVolumeReclaimPolicy")
        .oneOfOrEmpty(spec.persistentVolumeReclaimPolicy(), "Delete", "Recycle", "Retain");
    affinity(at.at("nodeAffinity"), spec.nodeAffinity());
    source(at, spec, volume.metadata().name());
    recycling(at, spec);
    if (!spec.storageClassName().isEmpty()) {
      at.at("storageClassName").format(spec.storageClassName(), Formats::dns1123Subdomain);
    }
    var mode = spec.volumeMode();
    if (mode != null && !MODES.contains(mode)) {
      at.at("volumeMode").notSupported(mode, "Block", "Filesystem");
    }
    attributesClass(at, spec);
  }

  /// A volume that an attachment describes itself: only those of CSI, and only how to reach them.
  static void inlined(Check at, PersistentVolumeSpec spec) {
    if (spec.claimRef() != null) {
      at.at("claimRef").forbidden(NOT_INLINE);
    }
    if (!spec.capacity().isEmpty()) {
      at.at("capacity").forbidden(NOT_INLINE);
    }
    if (spec.csi() == null) {
      at.at("csi").required("has to be specified in the context of inline volumes");
    }
    accessModes(at, spec);
    var policy = spec.persistentVolumeReclaimPolicy();
    if (!policy.isEmpty() && !policy.equals("Retain")) {
      at.at("persistentVolumeReclaimPolicy")
          .forbidden("may only be Retain in the context of inline volumes");
    }
    if (spec.nodeAffinity() != null) {
      at.at("nodeAffinity").forbidden(NOT_INLINE);
    }
    // Where its data lies counts as no place here, since nothing can say so.
    source(at, spec.withNodeAffinity(null), "");
    recycling(at, spec);
    if (!spec.storageClassName().isEmpty()) {
      at.at("storageClassName").forbidden(NOT_INLINE);
    }
    if (spec.volumeMode() != null && !spec.volumeMode().equals("Filesystem")) {
      at.at("volumeMode")
          .forbidden(
              "may not specify volumeMode other than Filesystem in the context of inline volumes");
    }
  }

  private static void accessModes(Check at, PersistentVolumeSpec spec) {
    if (spec.accessModes().isEmpty()) {
      at.at("accessModes").required("");
    }
    Storage.accessModes(at.at("accessModes"), spec.accessModes());
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

  /// The fields in the order in which upstream looks.
  private static void source(Check at, PersistentVolumeSpec spec, String name) {
    var one = new OneSource(at);
    one.of("hostPath", spec.hostPath(), Volumes::hostPath)
        .of("gcePersistentDisk", "persistentDisk", spec.gcePersistentDisk(), RemoteVolumes::gceDisk)
        .of("awsElasticBlockStore", spec.awsElasticBlockStore(), RemoteVolumes::awsDisk)
        .of(
            "glusterfs",
            spec.glusterfs(),
            (place, it) -> {
              RemoteVolumes.glusterfs(place, it.endpoints(), it.path());
              RemoteVolumes.glusterNamespace(
                  place.at("endpointsNamespace"), it.endpointsNamespace());
            })
        .of("flocker", spec.flocker(), RemoteVolumes::flocker)
        .of("nfs", spec.nfs(), Volumes::nfs)
        .of("rbd", spec.rbd(), (place, it) -> RemoteVolumes.rbd(place, it.monitors(), it.image()))
        .of("quobyte", spec.quobyte(), RemoteVolumes::quobyte)
        .of(
            "cephFS",
            "cephfs",
            spec.cephfs(),
            (place, it) -> place.at("monitors").nonEmpty(it.monitors()))
        .of("iscsi", spec.iscsi(), (place, it) -> RemoteVolumes.iscsi(place, it, name))
        .of(
            "cinder",
            spec.cinder(),
            (place, it) -> {
              var secret = it.secretRef();
              RemoteVolumes.cinder(
                  place,
                  it.volumeID(),
                  secret == null ? null : secret.name(),
                  secret == null ? null : secret.namespace());
            })
        .of("fc", spec.fc(), RemoteVolumes::fibreChannel)
        .of(
            "flexVolume",
            spec.flexVolume(),
            (place, it) -> RemoteVolumes.flex(place, it.driver(), it.options()));
    others(one, at, spec);
    one.required();
  }

  private static void others(OneSource one, Check at, PersistentVolumeSpec spec) {
    one.of(
            "azureFile",
            spec.azureFile(),
            (place, it) -> {
              RemoteVolumes.azureFile(place, it.secretName(), it.shareName());
              if ("".equals(it.secretNamespace())) {
                place.at("secretNamespace").required("");
              }
            })
        .of(
            "vsphereVolume",
            spec.vsphereVolume(),
            (place, it) -> place.at("volumePath").nonEmpty(it.volumePath()))
        .of(
            "photonPersistentDisk",
            spec.photonPersistentDisk(),
            (place, it) -> place.at("pdID").nonEmpty(it.pdID()))
        .of(
            "portworxVolume",
            spec.portworxVolume(),
            (place, it) -> place.at("volumeID").nonEmpty(it.volumeID()))
        .of("azureDisk", spec.azureDisk(), RemoteVolumes::azureDisk)
        .of(
            "scaleIO",
            spec.scaleIO(),
            (place, it) -> RemoteVolumes.scaleIo(place, it.gateway(), it.system(), it.volumeName()))
        .of("local", spec.local(), (place, it) -> local(at, place.at("path"), spec, it.path()))
        .of(
            "storageos",
            spec.storageos(),
            (place, it) -> {
              RemoteVolumes.storageOs(place, it.volumeName(), it.volumeNamespace());
              var secret = it.secretRef();
              RemoteVolumes.secret(
                  place.at("secretRef"),
                  secret == null ? null : secret.name(),
                  secret == null ? null : secret.namespace());
            })
        .of("csi", spec.csi(), PersistentVolumes::csi);
  }

  private static void local(Check at, Check place, PersistentVolumeSpec spec, String path) {
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
      named(at.at("name"), secret.name(), Formats::dns1123Subdomain);
      named(at.at("namespace"), secret.namespace(), Formats::dns1123Label);
    }
  }

  private static void named(Check at, String name, Function<String, List<String>> format) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      at.format(name, format);
    }
  }

  private static void recycling(Check at, PersistentVolumeSpec spec) {
    var hostPath = spec.hostPath();
    boolean wholeDisk = hostPath != null && isRoot(hostPath.path());
    if (wholeDisk && spec.persistentVolumeReclaimPolicy().equals("Recycle")) {
      at.at("persistentVolumeReclaimPolicy")
          .forbidden("may not be 'recycle' for a hostPath mount of '/'");
    }
  }

  private static boolean isRoot(String path) {
    return path.startsWith("/") && Path.of(path).normalize().getNameCount() == 0;
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
    described(root, volume); // Upstream looks twice.
    var now = volume.spec();
    var was = old.spec();
    var source = sourceOnly(now, was);
    var before = sourceOnly(was, was);
    if (!source.equals(before)) {
      root.at("spec")
          .at("persistentvolumesource")
          .forbidden(
              "spec.persistentvolumesource is immutable after creation\n"
                  + Differences.between(
                      "spec",
                      PersistentVolumeSpec.CODEC.toTree(before),
                      PersistentVolumeSpec.CODEC.toTree(source)));
    }
    root.at("volumeMode").immutable(now.volumeMode(), was.volumeMode());
    var affinity = was.nodeAffinity();
    if (affinity != null && !isSamePlace(now.nodeAffinity(), affinity)) {
      root.at("nodeAffinity")
          .invalid(
              now.nodeAffinity(), Check.IMMUTABLE + ", except for updating from beta label to GA");
    }
    if (was.volumeAttributesClassName() != null && now.volumeAttributesClassName() == null) {
      root.at("spec")
          .at("volumeAttributesClassName")
          .forbidden("update from non-nil value to nil is forbidden");
    }
  }

  /// Labels of nodes may be called by their new names.
  private static boolean isSamePlace(@Nullable VolumeNodeAffinity now, VolumeNodeAffinity old) {
    var required = now == null ? null : now.required();
    var before = old.required();
    if (required == null || before == null) {
      return Objects.equals(now, old);
    }
    return areSame(
        required.nodeSelectorTerms(), before.nodeSelectorTerms(), PersistentVolumes::isSameTerm);
  }

  private static boolean isSameTerm(NodeSelectorTerm now, NodeSelectorTerm old) {
    return areSame(now.matchExpressions(), old.matchExpressions(), PersistentVolumes::isSame)
        && areSame(now.matchFields(), old.matchFields(), PersistentVolumes::isSame);
  }

  private static boolean isSame(NodeSelectorRequirement now, NodeSelectorRequirement old) {
    boolean renamed = now.key().equals(STABLE_LABELS.get(old.key()));
    return now.equals(renamed ? old.withKey(now.key()) : old);
  }

  private static <T> boolean areSame(List<T> now, List<T> old, BiPredicate<T, T> same) {
    return now.size() == old.size()
        && IntStream.range(0, now.size()).allMatch(i -> same.test(now.get(i), old.get(i)));
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
