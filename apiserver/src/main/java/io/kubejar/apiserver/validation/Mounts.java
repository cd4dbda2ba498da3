package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeMount;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Where containers have the volumes of their pod.
final class Mounts {
  private final Map<String, Volume> volumes = new HashMap<>();

  Mounts(List<Volume> volumes) {
    volumes.forEach(volume -> this.volumes.put(volume.name(), volume));
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
          subPath(item, at, mount);
          propagation(at.at("mountPropagation"), container, mount);
          recursiveReadOnly(at.at("recursiveReadOnly"), mount);
        });
  }

  private void subPath(Check item, Check list, VolumeMount mount) {
    var volume = volumes.get(mount.name());
    boolean image = volume != null && volume.image() != null;
    if (image && !mount.subPathExpr().isEmpty()) {
      item.at("subPathExpr").invalid(mount.subPathExpr(), "not allowed in image volume sources");
    }
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
    var security = container.securityContext();
    boolean privileged =
        Boolean.TRUE.equals((security == null ? SecurityContext.EMPTY : security).privileged());
    if (propagation.equals("Bidirectional") && !privileged) {
      at.forbidden("Bidirectional mount propagation is available only to privileged containers");
    }
    at.oneOfOrEmpty(propagation, "Bidirectional", "HostToContainer", "None");
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
          var volume = volumes.get(device.name());
          item.at("name").nonEmpty(device.name());
          if (!device.name().isEmpty() && !names.add(device.name())) {
            item.at("name").invalid(device.name(), "must be unique");
          }
          if (volume == null) {
            item.at("name").notFound(device.name());
          } else if (volume.persistentVolumeClaim() == null && volume.ephemeral() == null) {
            item.at("name")
                .invalid(
                    device.name(),
                    "can only use volume source type of PersistentVolumeClaim or Ephemeral for"
                        + " block mode");
          }
          item.at("devicePath").nonEmpty(device.devicePath());
          if (!paths.add(device.devicePath())) {
            item.at("devicePath").invalid(device.devicePath(), "must be unique");
          }
          if (List.of(device.devicePath().split("/", -1)).contains("..")) {
            item.at("devicePath").invalid(device.devicePath(), "can not contain backsteps ('..')");
          }
        });
  }

  private static boolean isDevice(Container container, String name) {
    return container.volumeDevices().stream().anyMatch(device -> device.name().equals(name));
  }
}
