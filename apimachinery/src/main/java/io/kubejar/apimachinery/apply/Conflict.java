package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import java.util.LinkedHashMap;
import java.util.List;

/// A field that somebody applies with a new value while somebody else owns it.
///
/// @param manager as messages show it, such as `"kubectl-client-side-apply" using apps/v1`
/// @param path as messages show it, such as `.spec.replicas`
public record Conflict(String manager, String path) {
  private static final String CAUSE = "FieldManagerConflict";

  /// The answer to a client that applied without force.
  static ApiException exception(List<Conflict> conflicts) {
    var causes =
        conflicts.stream()
            .map(
                conflict ->
                    StatusCause.EMPTY
                        .withReason(CAUSE)
                        .withMessage("conflict with " + conflict.manager)
                        .withField(conflict.path))
            .toList();
    return ApiException.applyConflict(causes, message(conflicts));
  }

  private static String message(List<Conflict> conflicts) {
    if (conflicts.size() == 1) {
      var only = conflicts.getFirst();
      return "Apply failed with 1 conflict: conflict with " + only.manager + ": " + only.path;
    }
    var byManager = new LinkedHashMap<String, StringBuilder>();
    for (var conflict : conflicts) {
      byManager
          .computeIfAbsent(
              conflict.manager, m -> new StringBuilder("conflicts with ").append(m).append(':'))
          .append("\n- ")
          .append(conflict.path);
    }
    return "Apply failed with "
        + conflicts.size()
        + " conflicts: "
        + String.join("\n", byManager.values());
  }

  @Override
  public String toString() {
    return "conflict with " + manager + ": " + path;
  }
}
