package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.EnvFromSource;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.ObjectFieldSelector;
import io.kubejar.api.core.v1.ResourceFieldSelector;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;
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
  private static final Set<String> RESOURCES =
      Set.of(
          "limits.cpu",
          "limits.ephemeral-storage",
          "limits.memory",
          "requests.cpu",
          "requests.ephemeral-storage",
          "requests.memory");
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

  private static void key(Check at, String name, String key) {
    at.at("name").format(name, Formats::dns1123Subdomain);
    if (key.isEmpty()) {
      at.at("key").required("");
    } else {
      at.at("key").format(key, Formats::configKey);
    }
  }

  static void all(Check at, EnvFromSource source) {
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
      at.invalid("", "must specify one of: `configMapRef` or `secretRef`");
    } else if (configMap != null && secret != null) {
      at.invalid("", ONE_ONLY);
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
    int bracket = path.indexOf("['");
    if (bracket > 0 && path.endsWith("']")) {
      subscript(at, path.substring(0, bracket), path.substring(bracket + 2, path.length() - 2));
    } else if (!ENV_FIELDS.contains(path) && !VOLUME_FIELDS.contains(path)) {
      at.at("fieldPath")
          .invalid(path, "error converting fieldPath: field label not supported: " + path);
    } else if (!allowed.contains(path)) {
      at.at("fieldPath").notSupported(path, sorted(allowed));
    }
  }

  private static void subscript(Check at, String path, String key) {
    switch (path) {
      case "metadata.annotations" ->
          at.at("fieldPath")
              .messages(key, Formats.labelKey(key.toLowerCase(java.util.Locale.ROOT)));
      case "metadata.labels" -> at.at("fieldPath").format(key, Formats::labelKey);
      default -> at.at("fieldPath").invalid(path, "does not support subscript");
    }
  }

  static void resource(Check at, ResourceFieldSelector field, boolean inVolume) {
    var resource = field.resource();
    if (inVolume && field.containerName().isEmpty()) {
      at.at("containerName").required("");
    } else if (resource.isEmpty()) {
      at.at("resource").required("");
    } else if (!RESOURCES.contains(resource)
        && !resource.startsWith("limits.hugepages-")
        && !resource.startsWith("requests.hugepages-")) {
      at.at("resource").notSupported(resource, sorted(RESOURCES));
    }
    divisor(at.at("divisor"), resource, field.divisor().toString());
  }

  private static void divisor(Check at, String resource, String divisor) {
    var cpu = List.of("1", "1m");
    var memory =
        List.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");
    if (divisor.equals("0")) {
      return;
    }
    if (resource.endsWith(".cpu") && !cpu.contains(divisor)) {
      at.invalid(resource, "only divisor's values 1m and 1 are supported with the cpu resource");
    }
    if (!resource.endsWith(".cpu") && RESOURCES.contains(resource) && !memory.contains(divisor)) {
      var kind = resource.endsWith(".memory") ? "memory" : "local ephemeral storage";
      at.invalid(
          resource,
          "only divisor's values "
              + String.join(", ", memory)
              + " are supported with the "
              + kind
              + " resource");
    }
  }

  private static String[] sorted(Set<String> names) {
    return new TreeSet<>(names).toArray(String[]::new);
  }
}
