package io.kubejar.apiserver.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A media type with its parameters, such as `application/json;as=Table;v=v1;g=meta.k8s.io`.
public record MediaType(String type, Map<String, String> parameters) {
  public static final String JSON = "application/json";
  public static final String YAML = "application/yaml";
  public static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

  private record Clause(MediaType type, double quality) {}

  public static MediaType parse(String text) {
    var parts = text.split(";", -1);
    var parameters = new LinkedHashMap<String, String>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        var value = parts[i].substring(equals + 1).strip();
        parameters.put(
            parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT),
            value.replaceAll("^\"|\"$", ""));
      }
    }
    return new MediaType(parts[0].strip().toLowerCase(Locale.ROOT), parameters);
  }

  /// The types of an `Accept` header, best first.
  public static List<MediaType> accepted(String header) {
    var clauses = new ArrayList<Clause>();
    for (var part : header.split(",", -1)) {
      if (!part.isBlank()) {
        var type = parse(part);
        clauses.add(new Clause(type, quality(type.parameter("q"))));
      }
    }
    clauses.sort(Comparator.comparingDouble(clause -> -clause.quality));
    return clauses.stream().filter(clause -> clause.quality > 0).map(Clause::type).toList();
  }

  /// A parameter; empty if it is not there.
  public String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  private static double quality(String text) {
    try {
      return text.isEmpty() ? 1 : Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return 1;
    }
  }
}
