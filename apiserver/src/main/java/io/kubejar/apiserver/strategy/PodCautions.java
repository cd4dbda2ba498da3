package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the writer of a pod, or of a template of pods, should hear.
final class PodCautions {
  private static final Map<String, String> NODE_LABELS =
      Map.of(
          "beta.kubernetes.io/arch",
          "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
          "beta.kubernetes.io/os",
          "deprecated since v1.14; use \"kubernetes.io/os\" instead",
          "failure-domain.beta.kubernetes.io/region",
          "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
          "failure-domain.beta.kubernetes.io/zone",
          "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
          "beta.kubernetes.io/instance-type",
          "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead");
  private static final String SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

  private PodCautions() {}

  /// @param path of what holds the spec and the metadata, with a dot at the end; empty for a pod
  static void add(List<String> warnings, String path, PodSpec spec, ObjectMeta metadata) {
    spec.nodeSelector()
        .keySet()
        .forEach(key -> nodeLabel(warnings, path + "spec.nodeSelector[" + key + "]", key));
    annotations(warnings, path, metadata.annotations());
    for (int i = 0; i < spec.imagePullSecrets().size(); i++) {
      if (spec.imagePullSecrets().get(i).name().isEmpty()) {
        warnings.add(path + "spec.imagePullSecrets[" + i + "].name: invalid empty name \"\"");
      }
    }
    aliases(warnings, path, spec);
    for (int i = 0; i < spec.volumes().size(); i++) {
      volume(warnings, path + "spec.volumes[" + i + "]", spec.volumes().get(i));
    }
    containers(warnings, path + "spec.initContainers", spec.initContainers());
    containers(warnings, path + "spec.containers", spec.containers());
    ports(warnings, path, spec);
    spec.overhead()
        .forEach(
            (name, amount) -> memory(warnings, path + "spec.overhead[" + name + "]", name, amount));
    Long grace = spec.terminationGracePeriodSeconds();
    if (grace != null && grace < 0) {
      warnings.add(
          path
              + "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and"
              + " will be treated as 1");
    }
  }

  static void nodeLabel(List<String> warnings, String path, String key) {
    var text = NODE_LABELS.get(key);
    if (text != null) {
      warnings.add(path + ": " + text);
    }
  }

  private static void annotations(
      List<String> warnings, String path, Map<String, String> annotations) {
    for (var key : annotations.keySet()) {
      if (key.equals(SECCOMP)) {
        warnings.add(
            path
                + "metadata.annotations["
                + key
                + "]: non-functional in v1.27+; use the \"seccompProfile\" field instead");
      } else if (key.startsWith(APP_ARMOR)) {
        warnings.add(
            path
                + "metadata.annotations["
                + key
                + "]: deprecated since v1.30; use the \"appArmorProfile\" field instead");
      }
    }
  }

  private static void aliases(List<String> warnings, String path, PodSpec spec) {
    var seen = new HashMap<String, Integer>();
    for (int i = 0; i < spec.hostAliases().size(); i++) {
      var ip = spec.hostAliases().get(i).ip();
      if (seen.putIfAbsent(ip, i) != null) {
        warnings.add(path + "spec.hostAliases[" + i + "].ip: duplicate ip \"" + ip + "\"");
      }
    }
  }

  private static void volume(List<String> warnings, String path, Volume volume) {
    Map<String, @Nullable Object> gone = new LinkedHashMap<>();
    gone.put("gitRepo: deprecated in v1.11, and disabled by default in v1.33+", volume.gitRepo());
    gone.put("scaleIO: deprecated in v1.16, non-functional in v1.22+", volume.scaleIO());
    gone.put("flocker: deprecated in v1.22, non-functional in v1.25+", volume.flocker());
    gone.put("storageOS: deprecated in v1.22, non-functional in v1.25+", volume.storageos());
    gone.put("quobyte: deprecated in v1.22, non-functional in v1.25+", volume.quobyte());
    gone.put("glusterfs: deprecated in v1.25, non-functional in v1.26+", volume.glusterfs());
    gone.put("rbd: deprecated in v1.28, non-functional in v1.31+", volume.rbd());
    gone.put("cephfs: deprecated in v1.28, non-functional in v1.31+", volume.cephfs());
    gone.forEach(
        (text, source) -> {
          if (source != null) {
            warnings.add(path + "." + text);
          }
        });
  }

  private static void containers(List<String> warnings, String path, List<Container> containers) {
    for (int i = 0; i < containers.size(); i++) {
      var container = containers.get(i);
      var at = path + "[" + i + "]";
      var names = new HashMap<String, Integer>();
      for (int j = 0; j < container.env().size(); j++) {
        var name = container.env().get(j).name();
        if (names.putIfAbsent(name, j) != null) {
          warnings.add(
              at
                  + ".env["
                  + j
                  + "]: hides previous definition of \""
                  + name
                  + "\", which may be dropped when using apply");
        }
      }
      container
          .resources()
          .limits()
          .forEach(
              (name, amount) ->
                  memory(warnings, at + ".resources.limits[" + name + "]", name, amount));
      container
          .resources()
          .requests()
          .forEach(
              (name, amount) ->
                  memory(warnings, at + ".resources.requests[" + name + "]", name, amount));
    }
  }

  /// Two containers that listen on the same port cannot both have it.
  private static void ports(List<String> warnings, String path, PodSpec spec) {
    var listening = new HashMap<String, String>();
    for (int i = 0; i < spec.containers().size(); i++) {
      var ports = spec.containers().get(i).ports();
      for (int j = 0; j < ports.size(); j++) {
        var port = ports.get(j);
        if (port.containerPort() == 0) {
          continue;
        }
        var key =
            port.containerPort() + "/" + port.protocol() + "/" + port.hostIP() + port.hostPort();
        var at = path + "spec.containers[" + i + "].ports[" + j + "]";
        var before = listening.putIfAbsent(key, at);
        if (before != null) {
          warnings.add(at + ": duplicate port definition with " + before);
        }
      }
    }
  }

  private static void memory(List<String> warnings, String path, String name, Quantity amount) {
    if (name.equals("memory") || name.equals("ephemeral-storage")) {
      fraction(warnings, path, amount);
    }
  }

  /// There is no half a byte.
  static void fraction(List<String> warnings, String path, @Nullable Quantity amount) {
    if (amount != null && amount.toBigDecimal().stripTrailingZeros().scale() > 0) {
      warnings.add(
          path
              + ": fractional byte value \""
              + Objects.toString(amount)
              + "\" is invalid, must be an integer");
    }
  }
}
