package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.EnvFromSource;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.FileKeySelector;
import io.kubejar.api.core.v1.ObjectFieldSelector;
import io.kubejar.api.core.v1.ResourceFieldSelector;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Environment variables, and the fields of a pod that can be handed to its containers.
final class Environments {
  private static final Set<String> ENV_FIELDS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");
  private static final Set<String> VOLUME_FIELDS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.labels",
          "metadata.annotations",
          "metadata.uid");

  /// What is known of a pod at all.
  private static final Set<String> CONVERTED =
      Set.of(
          "metadata.annotations",
          "metadata.labels",
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.restartPolicy",
          "spec.schedulerName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.phase",
          "status.podIP",
          "status.podIPs");

  private static final String UNCONVERTED = "error converting fieldPath: ";
  private static final Set<String> RESOURCES =
      Set.of(
          "limits.cpu",
          "limits.ephemeral-storage",
          "limits.memory",
          "requests.cpu",
          "requests.ephemeral-storage",
          "requests.memory");
  private static final List<String> CPU_DIVISORS = List.of("1", "1m");
  private static final List<String> DIVISORS =
      List.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");
  private static final String ONE_ONLY = "may not have more than one field specified at a time";

  private Environments() {}

  static void variable(Check at, EnvVar variable) {
    if (variable.name().isEmpty()) {
      at.at("name").required("");
    } else {
      at.at("name").format(variable.name(), Formats::environmentName);
    }
    var source = variable.valueFrom();
    if (source != null) {
      source(at.at("valueFrom"), source, !variable.value().isEmpty());
    }
  }

  private static void source(Check at, EnvVarSource source, boolean hasValue) {
    long sources =
        Stream.of(
                source.fieldRef(),
                source.resourceFieldRef(),
                source.configMapKeyRef(),
                source.secretKeyRef(),
                source.fileKeyRef())
            .filter(Objects::nonNull)
            .count();
    var field = source.fieldRef();
    if (field != null) {
      field(at.at("fieldRef"), field, ENV_FIELDS);
    }
    var resource = source.resourceFieldRef();
    if (resource != null) {
      resource(at.at("resourceFieldRef"), resource, false);
    }
    var configMap = source.configMapKeyRef();
    if (configMap != null) {
      key(at.at("configMapKeyRef"), configMap.name(), configMap.key());
    }
    var secret = source.secretKeyRef();
    if (secret != null) {
      key(at.at("secretKeyRef"), secret.name(), secret.key());
    }
    var file = source.fileKeyRef();
    if (file != null) {
      file(at.at("fileKeyRef"), file);
    }
    if (sources == 0) {
      at.invalid(
          "",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef`"
              + " or `fileKeyRef`");
    }
    if (hasValue && sources != 0) {
      at.invalid("", "may not be specified when `value` is not empty");
    } else if (sources > 1) {
      at.invalid("", ONE_ONLY);
    }
  }

  private static void file(Check at, FileKeySelector file) {
    if (file.key().isEmpty()) {
      at.at("key").required("");
    } else {
      at.at("key").format(file.key(), Formats::environmentName);
    }
    if (file.volumeName().isEmpty()) {
      at.at("volumeName").required("");
    } else {
      at.at("volumeName").format(file.volumeName(), Formats::dns1123Label);
    }
    if (file.path().isEmpty()) {
      at.at("path").required("");
    } else {
      Paths.noBacksteps(at.at("path"), file.path());
    }
  }

  private static void key(Check at, String name, String key) {
    at.at("name").format(name, Formats::dns1123Subdomain);
    if (key.isEmpty()) {
      at.at("key").required("");
    } else {
      at.at("key").format(key, Formats::configKey);
    }
  }

  /// @param list where upstream finds fault with how many sources there are
  static void all(Check list, Check at, EnvFromSource source) {
    if (!source.prefix().isEmpty()) {
      at.at("prefix").format(source.prefix(), Formats::environmentName);
    }
    var configMap = source.configMapRef();
    if (configMap != null) {
      reference(at.at("configMapRef").at("name"), configMap.name());
    }
    var secret = source.secretRef();
    if (secret != null) {
      reference(at.at("secretRef").at("name"), secret.name());
    }
    if (configMap == null && secret == null) {
      list.invalid("", "must specify one of: `configMapRef` or `secretRef`");
    } else if (configMap != null && secret != null) {
      list.invalid("", ONE_ONLY);
    }
  }

  private static void reference(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      at.format(name, Formats::dns1123Subdomain);
    }
  }

  static void volumeField(Check at, ObjectFieldSelector field) {
    field(at, field, VOLUME_FIELDS);
  }

  private static void field(Check at, ObjectFieldSelector field, Set<String> allowed) {
    if (field.apiVersion().isEmpty()) {
      at.at("apiVersion").required("");
      return;
    }
    var path = field.fieldPath();
    if (path.isEmpty()) {
      at.at("fieldPath").required("");
      return;
    }
    var place = at.at("fieldPath");
    if (!field.apiVersion().equals("v1")) {
      place.invalid(path, UNCONVERTED + "unsupported pod version: " + field.apiVersion());
      return;
    }
    int bracket = path.indexOf("['");
    if (bracket > 0 && path.endsWith("']")) {
      subscript(at, path, bracket);
    } else if (!CONVERTED.contains(path)) {
      place.invalid(path, UNCONVERTED + "field label not supported: " + path);
    } else if (!allowed.contains(path)) {
      place.notSupported(path, sorted(allowed));
    }
  }

  private static void subscript(Check at, String path, int bracket) {
    var key = path.substring(bracket + 2, path.length() - 2);
    switch (path.substring(0, bracket)) {
      case "metadata.annotations" -> at.format(key.toLowerCase(Locale.ROOT), Formats::labelKey);
      case "metadata.labels" -> at.format(key, Formats::labelKey);
      default ->
          at.at("fieldPath")
              .invalid(path, UNCONVERTED + "field label does not support subscript: " + path);
    }
  }

  static void resource(Check at, ResourceFieldSelector field, boolean inVolume) {
    var resource = field.resource();
    if (inVolume && field.containerName().isEmpty()) {
      at.at("containerName").required("");
    } else if (resource.isEmpty()) {
      at.at("resource").required("");
    } else if (!RESOURCES.contains(resource) && !isHugePages(resource)) {
      at.at("resource").notSupported(resource, sorted(RESOURCES));
    }
    if (field.divisor().signum() != 0) {
      divisor(at.at("divisor"), resource, field.divisor().toString());
    }
  }

  private static void divisor(Check at, String resource, String divisor) {
    var of = resource.substring(resource.indexOf('.') + 1);
    if (of.equals("cpu")) {
      if (!CPU_DIVISORS.contains(divisor)) {
        at.invalid(resource, "only divisor's values 1m and 1 are supported with the cpu resource");
      }
    } else if (!DIVISORS.contains(divisor)
        && (RESOURCES.contains(resource) || isHugePages(resource))) {
      at.invalid(
          resource,
          "only divisor's values "
              + String.join(", ", DIVISORS)
              + " are supported with the "
              + (isHugePages(resource)
                  ? "hugepages"
                  : of.equals("memory") ? "memory" : "local ephemeral storage")
              + " resource");
    }
  }

  private static boolean isHugePages(String resource) {
    return resource.startsWith("limits.hugepages-") || resource.startsWith("requests.hugepages-");
  }

  private static String[] sorted(Set<String> names) {
    return new TreeSet<>(names).toArray(String[]::new);
  }
}
