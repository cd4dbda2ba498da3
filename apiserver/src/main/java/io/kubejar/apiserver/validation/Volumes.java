package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.CSIVolumeSource;
import io.kubejar.api.core.v1.ConfigMapVolumeSource;
import io.kubejar.api.core.v1.DownwardAPIVolumeFile;
import io.kubejar.api.core.v1.DownwardAPIVolumeSource;
import io.kubejar.api.core.v1.EmptyDirVolumeSource;
import io.kubejar.api.core.v1.EphemeralVolumeSource;
import io.kubejar.api.core.v1.GitRepoVolumeSource;
import io.kubejar.api.core.v1.HostPathVolumeSource;
import io.kubejar.api.core.v1.ImageVolumeSource;
import io.kubejar.api.core.v1.KeyToPath;
import io.kubejar.api.core.v1.NFSVolumeSource;
import io.kubejar.api.core.v1.SecretVolumeSource;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The volumes of a pod.
final class Volumes {
  private static final Set<String> HOST_PATH_TYPES =
      Set.of(
          "",
          "BlockDevice",
          "CharDevice",
          "Directory",
          "DirectoryOrCreate",
          "File",
          "FileOrCreate",
          "Socket");

  private final @Nullable String pod;

  private Volumes(@Nullable String pod) {
    this.pod = pod;
  }

  /// Checks all volumes.
  ///
  /// @param pod the pod's name; null in a template, where nobody knows it
  /// @return those that nothing is wrong with; containers cannot mount others
  static Map<String, Volume> all(Check at, List<Volume> volumes, @Nullable String pod) {
    var checks = new Volumes(pod);
    var claimed =
        volumes.stream()
            .filter(volume -> volume.ephemeral() != null)
            .map(volume -> pod + "-" + volume.name())
            .collect(Collectors.toSet());
    Map<String, Volume> good = HashMap.newHashMap(volumes.size());
    at.each(
        volumes,
        (item, volume) -> {
          int before = at.errors().size();
          checks.source(item, volume);
          name(item.at("name"), volume, good);
          if (at.errors().size() == before) {
            good.put(volume.name(), volume);
          }
          var claim = volume.persistentVolumeClaim();
          if (pod != null && claim != null && claimed.contains(claim.claimName())) {
            item.at("persistentVolumeClaim")
                .at("claimName")
                .invalid(
                    claim.claimName(),
                    "must not reference a PVC that gets created for an ephemeral volume");
          }
        });
    return good;
  }

  private static void name(Check at, Volume volume, Map<String, Volume> others) {
    if (volume.name().isEmpty()) {
      at.required("");
    } else {
      at.format(volume.name(), Formats::dns1123Label);
    }
    if (others.containsKey(volume.name())) {
      at.duplicate(volume.name());
    }
  }

  /// The fields in the order in which upstream looks.
  private void source(Check at, Volume volume) {
    var one = new OneSource(at);
    one.of("emptyDir", volume.emptyDir(), Volumes::emptyDir)
        .of("hostPath", volume.hostPath(), Volumes::hostPath)
        .of("gitRepo", volume.gitRepo(), Volumes::gitRepo)
        .of(
            "gcePersistentDisk",
            "persistentDisk",
            volume.gcePersistentDisk(),
            RemoteVolumes::gceDisk)
        .of("awsElasticBlockStore", volume.awsElasticBlockStore(), RemoteVolumes::awsDisk)
        .of("secret", volume.secret(), Volumes::secret)
        .of("nfs", volume.nfs(), Volumes::nfs)
        .of("iscsi", volume.iscsi(), RemoteVolumes::iscsi);
    var iscsi = volume.iscsi();
    if (iscsi != null) {
      RemoteVolumes.iscsiLength(at.at("name"), volume.name(), iscsi);
    }
    one.of(
            "glusterfs",
            volume.glusterfs(),
            (place, it) -> RemoteVolumes.glusterfs(place, it.endpoints(), it.path()))
        .of("flocker", volume.flocker(), RemoteVolumes::flocker)
        .of(
            "persistentVolumeClaim",
            volume.persistentVolumeClaim(),
            (place, it) -> place.at("claimName").nonEmpty(it.claimName()));
    network(one, volume);
    one.of("projected", volume.projected(), ProjectedVolumes::volume)
        .of(
            "scaleIO",
            volume.scaleIO(),
            (place, it) -> RemoteVolumes.scaleIo(place, it.gateway(), it.system(), it.volumeName()))
        .of("csi", volume.csi(), Volumes::csi)
        .of("ephemeral", volume.ephemeral(), (place, it) -> ephemeral(at, place, volume, it))
        .of("image", volume.image(), this::image)
        .required();
  }

  private static void network(OneSource one, Volume volume) {
    one.of("rbd", volume.rbd(), (place, it) -> RemoteVolumes.rbd(place, it.monitors(), it.image()))
        .of(
            "cinder",
            volume.cinder(),
            (place, it) -> {
              var secret = it.secretRef();
              RemoteVolumes.cinder(
                  place, it.volumeID(), secret == null ? null : secret.name(), null);
            })
        .of(
            "cephFS",
            "cephfs",
            volume.cephfs(),
            (place, it) -> place.at("monitors").nonEmpty(it.monitors()))
        .of("quobyte", volume.quobyte(), RemoteVolumes::quobyte)
        // Upstream's spelling, which clients see.
        .of("downwarAPI", "downwardAPI", volume.downwardAPI(), Volumes::downwardApi)
        .of("fc", volume.fc(), RemoteVolumes::fibreChannel)
        .of(
            "flexVolume",
            volume.flexVolume(),
            (place, it) -> RemoteVolumes.flex(place, it.driver(), it.options()))
        .of("configMap", volume.configMap(), Volumes::configMap)
        .of(
            "azureFile",
            volume.azureFile(),
            (place, it) -> RemoteVolumes.azureFile(place, it.secretName(), it.shareName()))
        .of(
            "vsphereVolume",
            volume.vsphereVolume(),
            (place, it) -> place.at("volumePath").nonEmpty(it.volumePath()))
        .of(
            "photonPersistentDisk",
            volume.photonPersistentDisk(),
            (place, it) -> place.at("pdID").nonEmpty(it.pdID()))
        .of(
            "portworxVolume",
            volume.portworxVolume(),
            (place, it) -> place.at("volumeID").nonEmpty(it.volumeID()))
        .of("azureDisk", volume.azureDisk(), RemoteVolumes::azureDisk)
        .of(
            "storageos",
            volume.storageos(),
            (place, it) -> {
              RemoteVolumes.storageOs(place, it.volumeName(), it.volumeNamespace());
              var secret = it.secretRef();
              RemoteVolumes.secret(
                  place.at("secretRef"), secret == null ? null : secret.name(), null);
            });
  }

  private static void emptyDir(Check at, EmptyDirVolumeSource emptyDir) {
    var limit = emptyDir.sizeLimit();
    if (limit != null && limit.signum() < 0) {
      at.at("sizeLimit").forbidden("SizeLimit field must be a valid resource quantity");
    }
  }

  static void hostPath(Check at, HostPathVolumeSource hostPath) {
    if (hostPath.path().isEmpty()) {
      at.at("path").required("");
      return;
    }
    Paths.noBacksteps(at.at("path"), hostPath.path());
    var type = hostPath.type();
    if (type != null && !HOST_PATH_TYPES.contains(type)) {
      at.at("type").notSupported(type, HOST_PATH_TYPES.stream().sorted().toArray(String[]::new));
    }
  }

  private static void gitRepo(Check at, GitRepoVolumeSource repository) {
    at.at("repository").nonEmpty(repository.repository());
    Paths.local(at.at("directory"), repository.directory());
  }

  private static void secret(Check at, SecretVolumeSource secret) {
    at.at("secretName").nonEmpty(secret.secretName());
    Paths.mode(at.at("defaultMode"), secret.defaultMode());
    at.at("items").each(secret.items(), Volumes::item);
  }

  private static void configMap(Check at, ConfigMapVolumeSource configMap) {
    at.at("name").nonEmpty(configMap.name());
    Paths.mode(at.at("defaultMode"), configMap.defaultMode());
    at.at("items").each(configMap.items(), Volumes::item);
  }

  static void item(Check at, KeyToPath item) {
    at.at("key").nonEmpty(item.key());
    at.at("path").nonEmpty(item.path());
    Paths.localNotReserved(at.at("path"), item.path());
    Paths.mode(at.at("mode"), item.mode());
  }

  static void nfs(Check at, NFSVolumeSource nfs) {
    at.at("server").nonEmpty(nfs.server());
    at.at("path").nonEmpty(nfs.path());
    if (!nfs.path().startsWith("/")) {
      at.at("path").invalid(nfs.path(), "must be an absolute path");
    }
  }

  private static void downwardApi(Check at, DownwardAPIVolumeSource downward) {
    Paths.mode(at.at("defaultMode"), downward.defaultMode());
    downward.items().forEach(file -> downwardFile(at, file));
  }

  static void downwardFile(Check at, DownwardAPIVolumeFile file) {
    at.at("path").nonEmpty(file.path());
    Paths.localNotReserved(at.at("path"), file.path());
    var field = file.fieldRef();
    var resource = file.resourceFieldRef();
    if (field != null) {
      Environments.volumeField(at.at("fieldRef"), field);
      if (resource != null) {
        at.invalid("resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
      }
    } else if (resource != null) {
      Environments.resource(at.at("resourceFieldRef"), resource, true);
    } else {
      at.required("one of fieldRef and resourceFieldRef is required");
    }
    Paths.mode(at.at("mode"), file.mode());
  }

  private static void csi(Check at, CSIVolumeSource csi) {
    StorageKinds.driverName(at.at("driver"), csi.driver());
    var secret = csi.nodePublishSecretRef();
    if (secret == null) {
      return;
    }
    if (secret.name().isEmpty()) {
      at.at("nodePublishSecretRef").at("name").required("");
    } else {
      at.at("name").format(secret.name(), Formats::dns1123Subdomain);
    }
  }

  private void ephemeral(Check volumeAt, Check at, Volume volume, EphemeralVolumeSource source) {
    var template = source.volumeClaimTemplate();
    if (template == null) {
      at.at("volumeClaimTemplate").required("");
    } else {
      var place = at.at("volumeClaimTemplate");
      MetadataValidation.template(place.at("metadata"), template.metadata());
      Storage.claim(place.at("spec"), template.spec());
    }
    if (pod != null && !pod.isEmpty() && !volume.name().isEmpty()) {
      var claim = pod + "-" + volume.name();
      for (var wrong : Formats.dns1123Subdomain(claim)) {
        volumeAt.at("name").invalid(volume.name(), "PVC name \"" + claim + "\": " + wrong);
      }
    }
  }

  /// In a template the reference may still be filled in.
  private void image(Check at, ImageVolumeSource image) {
    if (pod != null) {
      at.at("reference").nonEmpty(image.reference());
    }
    at.at("pullPolicy").oneOf(image.pullPolicy(), "Always", "IfNotPresent", "Never");
  }
}
