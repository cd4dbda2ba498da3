package io.kubejar;

import java.util.List;
import java.util.stream.Collectors;

/// How an object differs between two revisions. Who owns which field, and the resourceVersion, do
/// not count.
///
/// @param namespace empty for what has none
/// @param fields all that differ; none of an object that was added or deleted
public record ObjectDifference(
    ChangeKind change, String kind, String namespace, String name, List<FieldDifference> fields) {
  public ObjectDifference {
    fields = List.copyOf(fields);
  }

  /// @param path such as `.spec.replicas` or `.spec.containers[0].image`
  /// @param before as JSON; empty if it was not there
  /// @param after as JSON; empty if it is not there
  public record FieldDifference(String path, String before, String after) {
    @Override
    public String toString() {
      return path + ": " + shown(before) + " -> " + shown(after);
    }

    private static String shown(String value) {
      return value.isEmpty() ? "(absent)" : value;
    }
  }

  @Override
  public String toString() {
    var where = namespace.isEmpty() ? "" : namespace + "/";
    return change
        + " "
        + kind
        + " "
        + where
        + name
        + fields.stream().map(field -> "\n    " + field).collect(Collectors.joining());
  }
}
