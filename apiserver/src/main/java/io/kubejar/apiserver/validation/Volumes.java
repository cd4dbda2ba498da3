package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.DownwardAPIVolumeFile;
import io.kubejar.api.core.v1.HostPathVolumeSource;
import io.kubejar.api.core.v1.KeyToPath;
import io.kubejar.api.core.v1.NFSVolumeSource;
import io.kubejar.api.core.v1.ProjectedVolumeSource;
import io.kubejar.api.core.v1.ServiceAccountTokenProjection;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeProjection;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The volumes of a pod.
final class Volumes {
  private static final String ONE_ONLY = "may not specify more than 1 volume type";
  private static final String MISSING = "must specify a volume type";
  private static final long SHORTEST_TOKEN_SECONDS = 600;
  private static final long LONGEST_TOKEN_SECONDS = 1L << 32;

  private Volumes() {}

  static void all(Check at, List<Volume> volumes) {
    var names = new HashSet<String>();
    at.each(
        volumes,
        (item, volume) -> {
          if (volume.name().isEmpty()) {
            item.at("name").required("");
          } else {
            item.at("name").format(volume.name(), Formats::dns1123Label);
          }
          if (!names.add(volume.name())) {
            item.at("name").duplicate(volume.name());
          }
          source(item, volume);
        });
  }

  /// Which kinds of source a volume has, by field.
  static Set<String> kinds(Volume volume) {
    Map<String, @Nullable Object> sources = new LinkedHashMap<>();
    sources.put("emptyDir", volume.emptyDir());
    sources.put("hostPath", volume.hostPath());
    sources.put("gitRepo", volume.gitRepo());
    sources.put("gcePersistentDisk", volume.gcePersistentDisk());
    sources.put("awsElasticBlockStore", volume.awsElasticBlockStore());
    sources.put("secret", volume.secret());
    sources.put("nfs", volume.nfs());
    sources.put("iscsi", volume.iscsi());
    sources.put("glusterfs", volume.glusterfs());
    sources.put("flocker", volume.flocker());
    sources.put("persistentVolumeClaim", volume.persistentVolumeClaim());
    sources.put("rbd", volume.rbd());
    sources.put("cinder", volume.cinder());
    sources.put("cephFS", volume.cephfs());
    sources.put("quobyte", volume.quobyte());
    sources.put("downwarAPI", volume.downwardAPI()); // Upstream's spelling, which clients see.
    sources.put("fc", volume.fc());
    sources.put("flexVolume", volume.flexVolume());
    sources.put("configMap", volume.configMap());
    sources.put("azureFile", volume.azureFile());
    sources.put("vsphereVolume", volume.vsphereVolume());
    sources.put("photonPersistentDisk", volume.photonPersistentDisk());
    sources.put("portworxVolume", volume.portworxVolume());
    sources.put("azureDisk", volume.azureDisk());
    sources.put("storageos", volume.storageos());
    sources.put("projected", volume.projected());
    sources.put("scaleIO", volume.scaleIO());
    sources.put("csi", volume.csi());
    sources.put("ephemeral", volume.ephemeral());
    sources.put("image", volume.image());
    sources.values().removeIf(Objects::isNull);
    return sources.keySet();
  }

  private static void source(Check at, Volume volume) {
    var kinds = kinds(volume);
    if (kinds.isEmpty()) {
      at.required(MISSING);
      return;
    }
    kinds.stream().skip(1).forEach(kind -> at.at(kind).forbidden(ONE_ONLY));
    switch (kinds.iterator().next()) {
      case "emptyDir" -> emptyDir(at.at("emptyDir"), volume);
      case "hostPath" -> hostPath(at.at("hostPath"), volume.hostPath());
      case "secret" -> secret(at.at("secret"), volume);
      case "configMap" -> configMap(at.at("configMap"), volume);
      case "nfs" -> nfs(at.at("nfs"), volume.nfs());
      case "downwarAPI" -> downwardApi(at.at("downwardAPI"), volume);
      case "projected" -> projected(at.at("projected"), volume.projected());
      case "persistentVolumeClaim" -> claim(at.at("persistentVolumeClaim"), volume);
      case "csi" -> csi(at.at("csi"), volume);
      case "ephemeral" -> ephemeral(at.at("ephemeral"), volume);
      default -> {} // The drivers of the others are gone; only that there is one is checked.
    }
  }

  private static void emptyDir(Check at, Volume volume) {
    var emptyDir = volume.emptyDir();
    var limit = emptyDir == null ? null : emptyDir.sizeLimit();
    if (limit != null && limit.signum() < 0) {
      at.at("sizeLimit").forbidden("SizeLimit field must be a valid resource quantity");
    }
  }

  static void hostPath(Check at, @Nullable HostPathVolumeSource hostPath) {
    if (hostPath == null) {
      return;
    }
    if (hostPath.path().isEmpty()) {
      at.at("path").required("");
      return;
    }
    Paths.noBacksteps(at.at("path"), hostPath.path());
    at.at("type")
        .oneOfOrEmpty(
            hostPath.type(),
            "",
            "BlockDevice",
            "CharDevice",
            "Directory",
            "DirectoryOrCreate",
            "File",
            "FileOrCreate",
            "Socket");
  }

  private static void secret(Check at, Volume volume) {
    var secret = volume.secret();
    if (secret != null) {
      at.at("secretName").nonEmpty(secret.secretName());
      Paths.mode(at.at("defaultMode"), secret.defaultMode());
      at.at("items").each(secret.items(), Volumes::item);
    }
  }

  private static void configMap(Check at, Volume volume) {
    var configMap = volume.configMap();
    if (configMap != null) {
      at.at("name").nonEmpty(configMap.name());
      Paths.mode(at.at("defaultMode"), configMap.defaultMode());
      at.at("items").each(configMap.items(), Volumes::item);
    }
  }

  private static void item(Check at, KeyToPath item) {
    at.at("key").nonEmpty(item.key());
    at.at("path").nonEmpty(item.path());
    Paths.localNotReserved(at.at("path"), item.path());
    Paths.mode(at.at("mode"), item.mode());
  }

  static void nfs(Check at, @Nullable NFSVolumeSource nfs) {
    if (nfs != null) {
      at.at("server").nonEmpty(nfs.server());
      at.at("path").nonEmpty(nfs.path());
      if (!nfs.path().startsWith("/")) {
        at.at("path").invalid(nfs.path(), "must be an absolute path");
      }
    }
  }

  private static void downwardApi(Check at, Volume volume) {
    var downward = volume.downwardAPI();
    if (downward != null) {
      Paths.mode(at.at("defaultMode"), downward.defaultMode());
      downward.items().forEach(file -> downwardFile(at, file));
    }
  }

  private static void downwardFile(Check at, DownwardAPIVolumeFile file) {
    at.at("path").nonEmpty(file.path());
    Paths.localNotReserved(at.at("path"), file.path());
    var field = file.fieldRef();
    var resource = file.resourceFieldRef();
    if (field != null) {
      Environments.volumeField(at.at("fieldRef"), field);
      if (resource != null) {
        at.at("resource")
            .invalid(
                "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
      }
    } else if (resource != null) {
      Environments.resource(at.at("resourceFieldRef"), resource, true);
    } else {
      at.at("fieldRef").required("one of fieldRef and resourceFieldRef is required");
    }
    Paths.mode(at.at("mode"), file.mode());
  }

  private static void projected(Check at, @Nullable ProjectedVolumeSource projected) {
    if (projected == null) {
      return;
    }
    Paths.mode(at.at("defaultMode"), projected.defaultMode());
    var paths = new HashSet<String>();
    at.at("sources").each(projected.sources(), (item, source) -> projection(item, source, paths));
  }

  private static void projection(Check at, VolumeProjection source, Set<String> paths) {
    int kinds = 0;
    var secret = source.secret();
    if (secret != null) {
      kinds++;
      at.at("secret").at("name").nonEmpty(secret.name());
      items(at.at("secret"), secret.items(), secret.name(), paths);
    }
    var configMap = source.configMap();
    if (configMap != null) {
      onlyOne(at.at("configMap"), kinds++);
      at.at("configMap").at("name").nonEmpty(configMap.name());
      items(at.at("configMap"), configMap.items(), configMap.name(), paths);
    }
    var downward = source.downwardAPI();
    if (downward != null) {
      onlyOne(at.at("downwardAPI"), kinds++);
      for (var file : downward.items()) {
        downwardFile(at.at("downwardAPI"), file);
        unique(at, file.path(), file.path(), paths);
      }
    }
    var token = source.serviceAccountToken();
    if (token != null) {
      onlyOne(at.at("serviceAccountToken"), kinds++);
      token(at.at("serviceAccountToken"), token);
      unique(at, token.path(), token.path(), paths);
    }
    kinds += source.clusterTrustBundle() == null ? 0 : 1;
    kinds += source.podCertificate() == null ? 0 : 1;
    if (kinds == 0) {
      at.required(MISSING);
    }
  }

  private static void onlyOne(Check at, int before) {
    if (before > 0) {
      at.forbidden(ONE_ONLY);
    }
  }

  private static void items(Check at, List<KeyToPath> items, String name, Set<String> paths) {
    at.at("items").each(items, Volumes::item);
    items.forEach(item -> unique(at, item.path(), name, paths));
  }

  private static void unique(Check at, String path, String shown, Set<String> paths) {
    if (!path.isEmpty() && !paths.add(path)) {
      at.invalid(shown, "conflicting duplicate paths");
    }
  }

  private static void token(Check at, ServiceAccountTokenProjection token) {
    var seconds = token.expirationSeconds();
    if (seconds != null && seconds < SHORTEST_TOKEN_SECONDS) {
      at.at("expirationSeconds")
          .invalid(seconds, "may not specify a duration less than 10 minutes");
    }
    if (seconds != null && seconds > LONGEST_TOKEN_SECONDS) {
      at.at("expirationSeconds")
          .invalid(seconds, "may not specify a duration larger than 2^32 seconds");
    }
    at.at("path").nonEmpty(token.path());
    Paths.localNotReserved(at.at("path"), token.path());
  }

  private static void claim(Check at, Volume volume) {
    var claim = volume.persistentVolumeClaim();
    if (claim != null) {
      at.at("claimName").nonEmpty(claim.claimName());
    }
  }

  private static void csi(Check at, Volume volume) {
    var csi = volume.csi();
    if (csi != null) {
      at.at("driver").nonEmpty(csi.driver());
      var secret = csi.nodePublishSecretRef();
      if (secret != null) {
        at.at("nodePublishSecretRef").at("name").nonEmpty(secret.name());
      }
    }
  }

  private static void ephemeral(Check at, Volume volume) {
    var ephemeral = volume.ephemeral();
    if (ephemeral != null && ephemeral.volumeClaimTemplate() == null) {
      at.at("volumeClaimTemplate").required("");
    }
  }
}
