package io.kubejar.kubelet.env;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceFieldSelector;
import io.kubejar.apimachinery.Quantity;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What the downward API tells a container of its pod.
public final class DownwardFields {
  private DownwardFields() {}

  /// The value of a field path, such as `metadata.labels['app']`; throws an
  /// [IllegalArgumentException] for an unknown one.
  public static String field(Pod pod, String path, List<String> podIps, List<String> hostIps) {
    var metadata = pod.metadata();
    String key = subscript(path);
    return switch (key == null ? path : path.substring(0, path.indexOf('['))) {
      case "metadata.name" -> metadata.name();
      case "metadata.namespace" -> metadata.namespace();
      case "metadata.uid" -> metadata.uid();
      case "metadata.labels" -> entries(metadata.labels(), key);
      case "metadata.annotations" -> entries(metadata.annotations(), key);
      case "spec.nodeName" -> pod.spec().nodeName();
      case "spec.serviceAccountName" -> pod.spec().serviceAccountName();
      case "status.podIP" -> podIps.isEmpty() ? "" : podIps.getFirst();
      case "status.podIPs" -> String.join(",", podIps);
      case "status.hostIP" -> hostIps.isEmpty() ? "" : hostIps.getFirst();
      case "status.hostIPs" -> String.join(",", hostIps);
      default -> throw new IllegalArgumentException("unsupported fieldPath: " + path);
    };
  }

  private static @org.jspecify.annotations.Nullable String subscript(String path) {
    return path.endsWith("']") && path.contains("['")
        ? path.substring(path.indexOf("['") + 2, path.length() - 2)
        : null;
  }

  private static String entries(
      Map<String, String> entries, @org.jspecify.annotations.Nullable String key) {
    if (key != null) {
      return entries.getOrDefault(key, "");
    }
    return new TreeMap<>(entries)
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=" + quoted(entry.getValue()))
            .collect(Collectors.joining("\n"));
  }

  /// As Go quotes a string.
  private static String quoted(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        default -> out.append(c);
      }
    }
    return out.append('"').toString();
  }

  /// A request or limit of a container, in units of the divisor, rounded up. What has no limit may
  /// use all the node has.
  public static String resource(
      Container container, ResourceFieldSelector selector, Map<String, Quantity> allocatable) {
    String[] parts = selector.resource().split("\\.", 2);
    if (parts.length != 2) {
      throw new IllegalArgumentException("unsupported container resource: " + selector.resource());
    }
    String name = parts[1];
    var limits = container.resources().limits();
    var amount =
        parts[0].equals("limits")
            ? limits.getOrDefault(name, allocatable.get(name))
            : container.resources().requests().getOrDefault(name, limits.get(name));
    if (amount == null) {
      return "0";
    }
    var divisor = selector.divisor().isZero() ? Quantity.of(1) : selector.divisor();
    return amount
        .toBigDecimal()
        .divide(divisor.toBigDecimal(), 0, RoundingMode.CEILING)
        .toBigInteger()
        .toString();
  }
}
