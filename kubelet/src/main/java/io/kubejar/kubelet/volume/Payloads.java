package io.kubejar.kubelet.volume;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.DownwardAPIVolumeFile;
import io.kubejar.api.core.v1.KeyToPath;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ProjectedVolumeSource;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.kubelet.env.DownwardFields;
import io.kubejar.kubelet.pod.PodFacts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The files of one volume that is made of API objects.
final class Payloads {
  private static final int MODE = 0644;
  private static final int TOKEN_MODE = 0600;

  private final Pod pod;
  private final String volume;
  private final ObjectSource source;
  private final Map<String, Quantity> allocatable;
  private final Map<String, FileContent> files = new LinkedHashMap<>();
  private @Nullable Instant renewAt;

  Payloads(Pod pod, String volume, ObjectSource source, Map<String, Quantity> allocatable) {
    this.pod = pod;
    this.volume = volume;
    this.source = source;
    this.allocatable = allocatable;
  }

  Map<String, FileContent> files() {
    return files;
  }

  /// When a token among the files is to be renewed.
  Optional<Instant> renewAt() {
    return Optional.ofNullable(renewAt);
  }

  static int mode(@Nullable Integer own, @Nullable Integer common) {
    return own != null ? own : common != null ? common : MODE;
  }

  private ObjectKey key(String name) {
    return new ObjectKey(pod.metadata().namespace(), name);
  }

  void configMap(
      String name, List<KeyToPath> items, @Nullable Integer mode, @Nullable Boolean optional)
      throws VolumeFailure, InterruptedException {
    var found = source.configMap(key(name));
    boolean may = Boolean.TRUE.equals(optional);
    if (found.isEmpty() && !may) {
      throw new VolumeFailure(volume, "configmap \"" + name + "\" not found");
    }
    var data = found.map(Payloads::data).orElse(Map.of());
    select("configmap", data, items, mode, may);
  }

  private static Map<String, Bytes> data(ConfigMap map) {
    var data = new LinkedHashMap<String, Bytes>();
    map.data().forEach((key, value) -> data.put(key, Bytes.utf8(value)));
    data.putAll(map.binaryData());
    return data;
  }

  void secret(
      String name, List<KeyToPath> items, @Nullable Integer mode, @Nullable Boolean optional)
      throws VolumeFailure, InterruptedException {
    var found = source.secret(key(name));
    boolean may = Boolean.TRUE.equals(optional);
    if (found.isEmpty() && !may) {
      throw new VolumeFailure(volume, "secret \"" + name + "\" not found");
    }
    select("secret", found.map(secret -> secret.data()).orElse(Map.of()), items, mode, may);
  }

  private void select(
      String kind,
      Map<String, Bytes> data,
      List<KeyToPath> items,
      @Nullable Integer mode,
      boolean optional)
      throws VolumeFailure {
    if (items.isEmpty()) {
      data.forEach((key, value) -> files.put(key, new FileContent(value, mode(null, mode))));
      return;
    }
    for (var item : items) {
      var value = data.get(item.key());
      if (value != null) {
        files.put(item.path(), new FileContent(value, mode(item.mode(), mode)));
      } else if (!optional) {
        throw new VolumeFailure(
            volume,
            kind.equals("secret")
                ? "references non-existent secret key: " + item.key()
                : "configmap references non-existent config key: " + item.key());
      }
    }
  }

  void downward(List<DownwardAPIVolumeFile> items, @Nullable Integer mode, List<String> hostIps)
      throws VolumeFailure {
    for (var item : items) {
      try {
        var field = item.fieldRef();
        var resource = item.resourceFieldRef();
        String text = "";
        if (field != null) {
          text = DownwardFields.field(pod, field.fieldPath(), List.of(), hostIps);
        } else if (resource != null) {
          var container =
              PodFacts.container(pod, resource.containerName())
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "container " + resource.containerName() + " not found"));
          text = DownwardFields.resource(container, resource, allocatable);
        }
        files.put(item.path(), new FileContent(Bytes.utf8(text), mode(item.mode(), mode)));
      } catch (IllegalArgumentException e) {
        throw new VolumeFailure(volume, String.valueOf(e.getMessage()));
      }
    }
  }

  void projected(ProjectedVolumeSource projected, List<String> hostIps)
      throws VolumeFailure, InterruptedException {
    var mode = projected.defaultMode();
    for (var part : projected.sources()) {
      var configMap = part.configMap();
      if (configMap != null) {
        configMap(configMap.name(), configMap.items(), mode, configMap.optional());
      }
      var secret = part.secret();
      if (secret != null) {
        secret(secret.name(), secret.items(), mode, secret.optional());
      }
      var downward = part.downwardAPI();
      if (downward != null) {
        downward(downward.items(), mode, hostIps);
      }
      var token = part.serviceAccountToken();
      if (token != null) {
        var issued = source.token(pod, token);
        // Only the owner may read a token, unless a group of the pod is to.
        int tokenMode = mode(null, mode);
        var context = pod.spec().securityContext();
        boolean grouped = context != null && context.fsGroup() != null;
        if (grouped || sameUser() != null) {
          tokenMode = TOKEN_MODE;
        }
        files.put(token.path(), new FileContent(Bytes.utf8(issued.text()), tokenMode));
        if (renewAt == null || issued.renewAt().isBefore(renewAt)) {
          renewAt = issued.renewAt();
        }
      }
    }
  }

  /// The one user that all containers run as, if there is one.
  @Nullable Long sameUser() {
    var shared = pod.spec().securityContext();
    var users =
        PodFacts.allContainers(pod)
            .map(
                container -> {
                  var own = container.securityContext();
                  var user = own == null ? null : own.runAsUser();
                  return Optional.ofNullable(
                      user != null ? user : shared == null ? null : shared.runAsUser());
                })
            .distinct()
            .toList();
    return users.size() == 1 ? users.getFirst().orElse(null) : null;
  }
}
