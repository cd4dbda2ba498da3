package io.kubejar.kubelet.volume;

import io.kubejar.api.core.v1.HostPathVolumeSource;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.kubelet.KubeletOptions;
import io.kubejar.kubelet.linux.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// The volumes of pods, as directories of this machine.
public final class PodVolumes {
  private static final String PLUGINS = "volumes";

  private final KubeletOptions options;
  private final Host host;
  private final ObjectSource source;
  private final Map<String, Quantity> allocatable;

  public PodVolumes(
      KubeletOptions options, Host host, ObjectSource source, Map<String, Quantity> allocatable) {
    this.options = options;
    this.host = host;
    this.source = source;
    this.allocatable = Map.copyOf(allocatable);
  }

  /// Makes all volumes of a pod, or brings them up to date; answers when to come again for a token.
  public Optional<Instant> prepare(Pod pod) throws VolumeFailure, InterruptedException {
    Instant again = null;
    for (var volume : pod.spec().volumes()) {
      try {
        var renewAt = prepare(pod, volume);
        if (renewAt.isPresent() && (again == null || renewAt.get().isBefore(again))) {
          again = renewAt.get();
        }
      } catch (IOException | ApiException e) {
        throw new VolumeFailure(volume.name(), String.valueOf(e.getMessage()));
      }
    }
    return Optional.ofNullable(again);
  }

  /// Where a volume of the pod lies; the mount may name a path in it.
  public Path path(Pod pod, Volume volume) {
    var hostPath = volume.hostPath();
    return hostPath != null
        ? Path.of(hostPath.path())
        : directory(pod, plugin(volume), volume.name());
  }

  private Path directory(Pod pod, String plugin, String name) {
    return options
        .podDirectory(pod.metadata().uid())
        .resolve(PLUGINS)
        .resolve("kubernetes.io~" + plugin)
        .resolve(name);
  }

  private static String plugin(Volume volume) {
    if (volume.configMap() != null) {
      return "configmap";
    }
    if (volume.secret() != null) {
      return "secret";
    }
    if (volume.projected() != null) {
      return "projected";
    }
    return volume.downwardAPI() != null ? "downward-api" : "empty-dir";
  }

  private Optional<Instant> prepare(Pod pod, Volume volume)
      throws VolumeFailure, IOException, InterruptedException {
    var directory = path(pod, volume);
    var payload = new Payloads(pod, volume.name(), source, allocatable);
    if (volume.hostPath() != null) {
      checkHostPath(volume.name(), volume.hostPath());
      return Optional.empty();
    }
    if (volume.configMap() != null) {
      var from = volume.configMap();
      payload.configMap(from.name(), from.items(), from.defaultMode(), from.optional());
    } else if (volume.secret() != null) {
      var from = volume.secret();
      payload.secret(from.secretName(), from.items(), from.defaultMode(), from.optional());
      mountMemory(directory, "");
    } else if (volume.projected() != null) {
      payload.projected(volume.projected(), options.addresses());
      mountMemory(directory, "");
    } else if (volume.downwardAPI() != null) {
      var from = volume.downwardAPI();
      payload.downward(from.items(), from.defaultMode(), options.addresses());
    } else if (volume.emptyDir() != null) {
      emptyDirectory(pod, volume, directory);
      return Optional.empty();
    } else {
      throw new VolumeFailure(volume.name(), "no volume plugin matched");
    }
    new AtomicDirectory(directory).write(payload.files(), owner(pod, payload));
    return payload.renewAt();
  }

  private void mountMemory(Path directory, String mountOptions) throws IOException {
    Files.createDirectories(directory);
    if (!host.mountsBelow(directory).contains(directory)) {
      host.mountMemory(directory, mountOptions);
    }
  }

  private void emptyDirectory(Pod pod, Volume volume, Path directory) throws IOException {
    boolean fresh = !Files.exists(directory);
    Files.createDirectories(directory);
    var empty = volume.emptyDir();
    if (empty != null && empty.medium().equals("Memory")) {
      var limit = empty.sizeLimit();
      mountMemory(directory, limit == null || limit.isZero() ? "" : "size=" + limit.value());
    }
    if (fresh) {
      Files.setAttribute(directory, "unix:mode", 040777);
      var context = pod.spec().securityContext();
      if (context != null && context.fsGroup() != null) {
        Files.setAttribute(directory, "unix:gid", Math.toIntExact(context.fsGroup()));
        Files.setAttribute(directory, "unix:mode", 042777);
      }
    }
  }

  private static AtomicDirectory.Owner owner(Pod pod, Payloads payload) {
    var context = pod.spec().securityContext();
    var group = context == null ? null : context.fsGroup();
    var user = payload.sameUser();
    return path -> {
      boolean file = Files.isRegularFile(path);
      if (group != null) {
        Files.setAttribute(path, "unix:gid", Math.toIntExact(group));
        int mode = (Integer) Files.getAttribute(path, "unix:mode") & 07777;
        AtomicDirectory.permissions(path, mode | (file ? 0440 : 0550));
      } else if (user != null && file && payload.renewAt().isPresent()) {
        Files.setAttribute(path, "unix:uid", Math.toIntExact(user));
      }
    };
  }

  private static void checkHostPath(String name, HostPathVolumeSource source)
      throws VolumeFailure, IOException {
    var path = Path.of(source.path());
    String type = source.type() == null ? "" : source.type();
    boolean fits =
        switch (type) {
          case "DirectoryOrCreate" -> {
            Files.createDirectories(path);
            yield Files.isDirectory(path);
          }
          case "FileOrCreate" -> {
            if (!Files.exists(path)) {
              Files.createFile(path);
            }
            yield Files.isRegularFile(path);
          }
          case "Directory" -> Files.isDirectory(path);
          case "File" -> Files.isRegularFile(path);
          case "Socket" -> isOfKind(path, 0140000);
          case "CharDevice" -> isOfKind(path, 0020000);
          case "BlockDevice" -> isOfKind(path, 0060000);
          default -> true;
        };
    if (!fits) {
      throw new VolumeFailure(
          name, "hostPath type check failed: " + path + " is not a " + words(type));
    }
  }

  private static boolean isOfKind(Path path, int kind) throws IOException {
    return Files.exists(path)
        && ((Integer) Files.getAttribute(path, "unix:mode") & 0170000) == kind;
  }

  private static String words(String type) {
    return switch (type) {
      case "DirectoryOrCreate", "Directory" -> "directory";
      case "FileOrCreate", "File" -> "file";
      case "Socket" -> "socket file";
      case "CharDevice" -> "character device";
      default -> "block device";
    };
  }

  /// Takes the volumes of a pod away that has ended and is still shown.
  public void release(String uid) throws IOException {
    remove(options.podDirectory(uid).resolve(PLUGINS));
  }

  /// Takes every mount of a pod away and removes its directory.
  public void remove(String uid) throws IOException {
    remove(options.podDirectory(uid));
  }

  private void remove(Path directory) throws IOException {
    for (var point : host.mountsBelow(directory).reversed()) {
      host.unmount(point);
    }
    AtomicDirectory.Trees.delete(directory);
  }
}
