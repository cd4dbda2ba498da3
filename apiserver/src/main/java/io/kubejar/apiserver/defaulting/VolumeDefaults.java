package io.kubejar.apiserver.defaulting;

import io.kubejar.api.core.v1.DownwardAPIVolumeFile;
import io.kubejar.api.core.v1.EmptyDirVolumeSource;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeProjection;

/// Volumes of pods.
final class VolumeDefaults {
  private static final int FILE_MODE = 0644;
  private static final long TOKEN_SECONDS = 3600;

  private VolumeDefaults() {}

  static Volume volume(Volume given) {
    if (given.equals(Volume.EMPTY.withName(given.name()))) {
      return given.withEmptyDir(EmptyDirVolumeSource.EMPTY);
    }
    var volume = files(given);
    var hostPath = volume.hostPath();
    if (hostPath != null && hostPath.type() == null) {
      volume = volume.withHostPath(hostPath.withType(""));
    }
    var ephemeral = volume.ephemeral();
    if (ephemeral != null && ephemeral.volumeClaimTemplate() != null) {
      var template = ephemeral.volumeClaimTemplate();
      volume =
          volume.withEphemeral(
              ephemeral.withVolumeClaimTemplate(template.withSpec(claim(template.spec()))));
    }
    var image = volume.image();
    if (image != null && image.pullPolicy().isEmpty()) {
      volume = volume.withImage(image.withPullPolicy(PodDefaults.pullPolicy(image.reference())));
    }
    return RemoteVolumeDefaults.volume(volume);
  }

  static PersistentVolumeClaimSpec claim(PersistentVolumeClaimSpec spec) {
    var resources = spec.resources();
    var rounded =
        spec.withResources(
            resources
                .withLimits(Amounts.rounded(resources.limits()))
                .withRequests(Amounts.rounded(resources.requests())));
    return rounded.volumeMode() == null ? rounded.withVolumeMode("Filesystem") : rounded;
  }

  private static Volume files(Volume given) {
    var volume = given;
    var secret = volume.secret();
    if (secret != null && secret.defaultMode() == null) {
      volume = volume.withSecret(secret.withDefaultMode(FILE_MODE));
    }
    var configMap = volume.configMap();
    if (configMap != null && configMap.defaultMode() == null) {
      volume = volume.withConfigMap(configMap.withDefaultMode(FILE_MODE));
    }
    var downward = volume.downwardAPI();
    if (downward != null) {
      var items = Mapped.each(downward.items(), VolumeDefaults::downwardFile);
      var mode = downward.defaultMode() == null ? FILE_MODE : downward.defaultMode();
      volume = volume.withDownwardAPI(downward.withItems(items).withDefaultMode(mode));
    }
    var projected = volume.projected();
    if (projected != null) {
      var sources = Mapped.each(projected.sources(), VolumeDefaults::projection);
      var mode = projected.defaultMode() == null ? FILE_MODE : projected.defaultMode();
      volume = volume.withProjected(projected.withSources(sources).withDefaultMode(mode));
    }
    return volume;
  }

  private static VolumeProjection projection(VolumeProjection given) {
    var projection = given;
    var downward = projection.downwardAPI();
    if (downward != null) {
      var items = Mapped.each(downward.items(), VolumeDefaults::downwardFile);
      projection = projection.withDownwardAPI(downward.withItems(items));
    }
    var token = projection.serviceAccountToken();
    if (token != null && token.expirationSeconds() == null) {
      projection = projection.withServiceAccountToken(token.withExpirationSeconds(TOKEN_SECONDS));
    }
    return projection;
  }

  private static DownwardAPIVolumeFile downwardFile(DownwardAPIVolumeFile file) {
    var field = file.fieldRef();
    return field == null || !field.apiVersion().isEmpty()
        ? file
        : file.withFieldRef(field.withApiVersion("v1"));
  }
}
