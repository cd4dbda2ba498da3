package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.DownwardAPIVolumeFile;
import io.kubejar.api.core.v1.KeyToPath;
import io.kubejar.api.core.v1.ProjectedVolumeSource;
import io.kubejar.api.core.v1.ServiceAccountTokenProjection;
import io.kubejar.api.core.v1.VolumeProjection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// Volumes that bring several sources into one directory, in which no two may want the same file.
final class ProjectedVolumes {
  private static final long SHORTEST_TOKEN_SECONDS = 600;
  private static final long LONGEST_TOKEN_SECONDS = 1L << 32;

  private final Check at;
  private final Set<String> paths = new HashSet<>();

  private ProjectedVolumes(Check at) {
    this.at = at;
  }

  static void volume(Check at, ProjectedVolumeSource volume) {
    Paths.mode(at.at("defaultMode"), volume.defaultMode());
    var directory = new ProjectedVolumes(at);
    at.at("sources").each(volume.sources(), directory::source);
  }

  private void source(Check place, VolumeProjection source) {
    var secret = source.secret();
    if (secret != null) {
      place.at("secret").at("name").nonEmpty(secret.name());
      files(place.at("secret").at("items"), secret.items(), secret.name());
    }
    var configMap = source.configMap();
    if (configMap != null) {
      place.at("configMap").at("name").nonEmpty(configMap.name());
      files(place.at("configMap").at("items"), configMap.items(), configMap.name());
    }
    var downward = source.downwardAPI();
    if (downward != null) {
      for (var file : downward.items()) {
        downward(place.at("downwardAPI"), file);
      }
    }
    var token = source.serviceAccountToken();
    if (token != null) {
      token(place.at("serviceAccountToken"), token);
    }
    long kinds =
        Stream.of(secret, configMap, downward, token, source.clusterTrustBundle())
            .filter(Objects::nonNull)
            .count();
    if (kinds + (source.podCertificate() == null ? 0 : 1) > 1) {
      place.forbidden("may not specify more than 1 volume type per source");
    }
  }

  private void files(Check items, List<KeyToPath> files, String shown) {
    items.each(
        files,
        (item, file) -> {
          Volumes.item(item, file);
          unique(file.path(), shown);
        });
  }

  private void downward(Check place, DownwardAPIVolumeFile file) {
    Volumes.downwardFile(place, file);
    unique(file.path(), file.path());
  }

  private void unique(String path, String shown) {
    if (!path.isEmpty() && !paths.add(path)) {
      at.invalid(shown, "conflicting duplicate paths");
    }
  }

  /// Its path is not compared with the others, and faults of it are found at the volume.
  private void token(Check place, ServiceAccountTokenProjection token) {
    var seconds = token.expirationSeconds();
    if (seconds != null && seconds < SHORTEST_TOKEN_SECONDS) {
      place
          .at("expirationSeconds")
          .invalid(seconds, "may not specify a duration less than 10 minutes");
    }
    if (seconds != null && seconds > LONGEST_TOKEN_SECONDS) {
      place
          .at("expirationSeconds")
          .invalid(seconds, "may not specify a duration larger than 2^32 seconds");
    }
    if (token.path().isEmpty()) {
      at.at("path").required("");
    } else {
      Paths.localNotReserved(at.at("path"), token.path());
    }
  }
}
