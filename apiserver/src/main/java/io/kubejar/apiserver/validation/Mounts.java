package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeMount;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where containers have the volumes of their pod.
final class Mounts {
  private final Map<String, Volume> volumes;

  /// @param volumes those that may be mounted, by name
  Mounts(Map<String, Volume> volumes) {
    this.volumes = volumes;
  }

  void mounts(Check at, Container container) {
    var paths = new HashSet<String>();
    at.each(
        container.volumeMounts(),
        (item, mount) -> {
          item.at("name").nonEmpty(mount.name());
          if (!volumes.containsKey(mount.name())) {
            item.at("name").notFound(mount.name());
          }
          item.at("mountPath").nonEmpty(mount.mountPath());
          if (!paths.add(mount.mountPath())) {
            item.at("mountPath").invalid(mount.mountPath(), "must be unique");
          }
          if (isDevice(container, mount.name())) {
            item.at("name").invalid(mount.name(), "must not already exist in volumeDevices");
          }
          if (isDevicePath(container, mount.mountPath())) {
            item.at("mountPath")
                .invalid(mount.mountPath(), "must not already exist as a path in volumeDevices");
          }
          subPath(item, at, mount);
          propagation(at.at("mountPropagation"), container, mount);
          recursiveReadOnly(at.at("recursiveReadOnly"), mount);
        });
  }

  private static void subPath(Check item, Check list, VolumeMount mount) {
    if (!mount.subPath().isEmpty()) {
      Paths.local(list.at("subPath"), mount.subPath());
    }
    if (!mount.subPathExpr().isEmpty()) {
      if (!mount.subPath().isEmpty()) {
        item.at("subPathExpr")
            .invalid(mount.subPathExpr(), "subPathExpr and subPath are mutually exclusive");
      }
      Paths.local(list.at("subPathExpr"), mount.subPathExpr());
    }
  }

  private static void propagation(Check at, Container container, VolumeMount mount) {
    var propagation = mount.mountPropagation();
    if (propagation == null) {
      return;
    }
    at.oneOf(propagation, "Bidirectional", "HostToContainer", "None");
    var security = container.securityContext();
    boolean privileged =
        Boolean.TRUE.equals((security == null ? SecurityContext.EMPTY : security).privileged());
    if (propagation.equals("Bidirectional") && !privileged) {
      at.forbidden("Bidirectional mount propagation is available only to privileged containers");
    }
  }

  private static void recursiveReadOnly(Check at, VolumeMount mount) {
    var recursive = mount.recursiveReadOnly();
    if (recursive == null || recursive.equals("Disabled")) {
      return;
    }
    if (!recursive.equals("Enabled") && !recursive.equals("IfPossible")) {
      at.notSupported(recursive, "Disabled", "Enabled", "IfPossible");
      return;
    }
    if (!mount.readOnly()) {
      at.forbidden("may only be specified when readOnly is true");
    }
    if (mount.mountPropagation() != null && !mount.mountPropagation().equals("None")) {
      at.forbidden("may only be specified when mountPropagation is None or not specified");
    }
  }

  void devices(Check at, Container container) {
    var paths = new HashSet<String>();
    var names = new HashSet<String>();
    at.each(
        container.volumeDevices(),
        (item, device) -> {
          item.at("name").nonEmpty(device.name());
          if (names.contains(device.name())) {
            item.at("name").invalid(device.name(), "must be unique");
          }
          source(item.at("name"), device.name());
          path(item.at("devicePath"), device.devicePath(), paths);
          if (container.volumeMounts().stream()
              .anyMatch(mount -> mount.name().equals(device.name()))) {
            item.at("name").invalid(device.name(), "must not already exist in volumeMounts");
          }
          if (container.volumeMounts().stream()
              .anyMatch(mount -> mount.mountPath().equals(device.devicePath()))) {
            item.at("devicePath")
                .invalid(device.devicePath(), "must not already exist as a path in volumeMounts");
          }
          if (!device.name().isEmpty()) {
            names.add(device.name());
          }
        });
  }

  private void source(Check at, String name) {
    var volume = volumes.get(name);
    if (volume == null) {
      at.notFound(name);
    } else if (volume.persistentVolumeClaim() == null && volume.ephemeral() == null) {
      at.invalid(
          name,
          "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
    }
  }

  private static void path(Check at, String path, Set<String> others) {
    at.nonEmpty(path);
    if (others.contains(path)) {
      at.invalid(path, "must be unique");
    }
    if (List.of(path.split("/", -1)).contains("..")) {
      at.invalid(path, "can not contain backsteps ('..')");
    } else {
      others.add(path);
    }
  }

  private static boolean isDevicePath(Container container, String path) {
    return container.volumeDevices().stream().anyMatch(device -> device.devicePath().equals(path));
  }

  private static boolean isDevice(Container container, String name) {
    return container.volumeDevices().stream().anyMatch(device -> device.name().equals(name));
  }
}
