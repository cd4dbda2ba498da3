package io.kubejar.apiserver.strategy;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.api.core.v1.KeyToPath;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeProjection;
import io.kubejar.apimachinery.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the writer of a pod's volumes should hear.
final class VolumeCautions {
  private static final String STORAGE = "storage";

  private VolumeCautions() {}

  static void add(List<String> warnings, String path, List<Volume> volumes) {
    for (int i = 0; i < volumes.size(); i++) {
      volume(warnings, path + "[" + i + "]", volumes.get(i));
    }
    volumes.forEach(volume -> overlaps(warnings, volume));
  }

  private static void volume(List<String> warnings, String path, Volume volume) {
    Map<String, @Nullable Object> gone = new LinkedHashMap<>();
    gone.put(
        "photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+",
        volume.photonPersistentDisk());
    gone.put("gitRepo: deprecated in v1.11, and disabled by default in v1.33+", volume.gitRepo());
    gone.put("scaleIO: deprecated in v1.16, non-functional in v1.22+", volume.scaleIO());
    gone.put("flocker: deprecated in v1.22, non-functional in v1.25+", volume.flocker());
    gone.put("storageOS: deprecated in v1.22, non-functional in v1.25+", volume.storageos());
    gone.put("quobyte: deprecated in v1.22, non-functional in v1.25+", volume.quobyte());
    gone.put("glusterfs: deprecated in v1.25, non-functional in v1.26+", volume.glusterfs());
    told(warnings, path, gone);
    var ephemeral = volume.ephemeral();
    if (ephemeral != null && ephemeral.volumeClaimTemplate() != null) {
      var at = path + ".ephemeral.volumeClaimTemplate.spec";
      claim(warnings, at, ephemeral.volumeClaimTemplate().spec());
    }
    Map<String, @Nullable Object> remote = new LinkedHashMap<>();
    remote.put("cephfs: deprecated in v1.28, non-functional in v1.31+", volume.cephfs());
    remote.put("rbd: deprecated in v1.28, non-functional in v1.31+", volume.rbd());
    told(warnings, path, remote);
  }

  /// Tells of each part that is there.
  static void told(List<String> warnings, String path, Map<String, @Nullable Object> parts) {
    parts.forEach(
        (text, part) -> {
          if (part != null) {
            warnings.add(path + "." + text);
          }
        });
  }

  static void claim(List<String> warnings, String path, PersistentVolumeClaimSpec spec) {
    var resources = spec.resources();
    fraction(warnings, path + ".resources.requests[storage]", resources.requests().get(STORAGE));
    fraction(warnings, path + ".resources.limits[storage]", resources.limits().get(STORAGE));
  }

  /// There is no half a byte.
  static void fraction(List<String> warnings, String path, @Nullable Quantity amount) {
    if (amount != null && amount.milliValue() % 1000 != 0) {
      warnings.add(
          path
              + ": fractional byte value \""
              + Objects.toString(amount)
              + "\" is invalid, must be an integer");
    }
  }

  /// A file of a volume, and where its content comes from if that is not clear.
  private record Source(String path, String from) {
    static Source of(String path, String from) {
      var end = path.length();
      while (end > 0 && path.charAt(end - 1) == '/') {
        end--;
      }
      return new Source(path.substring(0, end), from);
    }

    boolean overlaps(Source other) {
      return !path.isEmpty()
          && !other.path.isEmpty()
          && ((path + "/").startsWith(other.path + "/")
              || (other.path + "/").startsWith(path + "/"));
    }

    String shown() {
      return from.isEmpty() ? quoted(path) : quoted(path) + " (" + from + ")";
    }
  }

  private static void overlaps(List<String> warnings, Volume volume) {
    var map = volume.configMap();
    if (map != null) {
      var what = "ConfigMap " + quoted(map.name());
      overlaps(warnings, volume.name(), what, sources(map.items(), ""));
    }
    var secret = volume.secret();
    if (secret != null) {
      var what = "Secret " + quoted(secret.secretName());
      overlaps(warnings, volume.name(), what, sources(secret.items(), ""));
    }
    var downward = volume.downwardAPI();
    if (downward != null) {
      var files = downward.items().stream().map(it -> Source.of(it.path(), "")).toList();
      overlaps(warnings, volume.name(), "DownwardAPI", files);
    }
    if (volume.projected() != null) {
      var files = new ArrayList<Source>();
      for (var projection : volume.projected().sources()) {
        if (projection.equals(VolumeProjection.EMPTY)) {
          warnings.add("volume " + quoted(volume.name()) + " (Projected) has no sources provided");
        }
        files.addAll(sources(projection));
      }
      overlaps(warnings, volume.name(), "Projected", files);
    }
  }

  private static List<Source> sources(List<KeyToPath> items, String from) {
    return items.stream().map(item -> Source.of(item.path(), from)).toList();
  }

  private static List<Source> sources(VolumeProjection projection) {
    var map = projection.configMap();
    var secret = projection.secret();
    var downward = projection.downwardAPI();
    var token = projection.serviceAccountToken();
    if (map != null && !map.items().isEmpty()) {
      return sources(map.items(), "ConfigMap " + quoted(map.name()));
    }
    if (secret != null && !secret.items().isEmpty()) {
      return sources(secret.items(), "Secret " + quoted(secret.name()));
    }
    if (downward != null && !downward.items().isEmpty()) {
      return downward.items().stream().map(it -> Source.of(it.path(), "DownwardAPI")).toList();
    }
    return token == null ? List.of() : List.of(Source.of(token.path(), "ServiceAccountToken"));
  }

  private static void overlaps(
      List<String> warnings, String volume, String what, List<Source> files) {
    for (int i = 0; i < files.size(); i++) {
      for (var before : files.subList(0, i)) {
        if (files.get(i).overlaps(before)) {
          warnings.add(
              "volume "
                  + quoted(volume)
                  + " ("
                  + what
                  + "): overlapping paths: "
                  + files.get(i).shown()
                  + " with "
                  + before.shown());
        }
      }
    }
  }
}
