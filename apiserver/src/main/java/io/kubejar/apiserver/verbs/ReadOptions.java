package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import java.util.ArrayList;
import java.util.List;

/// What to list or watch, and how fresh.
///
/// @param limit 0 for everything
public record ReadOptions(
    String namespace,
    String name,
    String labelSelector,
    String fieldSelector,
    String resourceVersion,
    String resourceVersionMatch,
    long limit,
    String continueToken) {
  public static final ReadOptions ALL = new ReadOptions("", "", "", "", "", "", 0, "");

  public static ReadOptions of(String namespace, String labelSelector, String fieldSelector) {
    return new ReadOptions(namespace, "", labelSelector, fieldSelector, "", "", 0, "");
  }

  public ReadOptions withResourceVersion(String revision, String match) {
    return new ReadOptions(
        namespace, name, labelSelector, fieldSelector, revision, match, limit, continueToken);
  }

  public ReadOptions withPage(long newLimit, String newToken) {
    return new ReadOptions(
        namespace,
        name,
        labelSelector,
        fieldSelector,
        resourceVersion,
        resourceVersionMatch,
        newLimit,
        newToken);
  }

  public ReadOptions withName(String newName) {
    return new ReadOptions(
        namespace,
        newName,
        labelSelector,
        fieldSelector,
        resourceVersion,
        resourceVersionMatch,
        limit,
        continueToken);
  }

  /// The revision asked for; 0 if none, or any, will do.
  long revision() {
    if (resourceVersion.isEmpty()) {
      return 0;
    }
    try {
      long revision = Long.parseLong(resourceVersion);
      if (revision >= 0) {
        return revision;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw ApiException.invalid(
        "",
        "resourceVersion",
        "",
        List.of(
            StatusCause.EMPTY
                .withReason("FieldValueInvalid")
                .withField("resourceVersion")
                .withMessage(
                    "Invalid value: \""
                        + resourceVersion
                        + "\": strconv.ParseUint: parsing \""
                        + resourceVersion
                        + "\": invalid syntax")));
  }

  /// Checks the combinations that make no sense, as upstream does for lists.
  void checkForList() {
    var causes = new ArrayList<StatusCause>();
    boolean exact = resourceVersionMatch.equals("Exact");
    if (!resourceVersionMatch.isEmpty()) {
      if (!exact && !resourceVersionMatch.equals("NotOlderThan")) {
        causes.add(
            cause(
                "FieldValueNotSupported",
                "resourceVersionMatch",
                "Unsupported value: \""
                    + resourceVersionMatch
                    + "\": supported values: \"Exact\", \"NotOlderThan\", \"\""));
      } else if (resourceVersion.isEmpty()) {
        causes.add(
            cause(
                "FieldValueForbidden",
                "resourceVersionMatch",
                "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"));
      } else if (!continueToken.isEmpty()) {
        causes.add(
            cause(
                "FieldValueForbidden",
                "resourceVersionMatch",
                "Forbidden: resourceVersionMatch is forbidden when continue is provided"));
      } else if (exact && resourceVersion.equals("0")) {
        causes.add(
            cause(
                "FieldValueForbidden",
                "resourceVersionMatch",
                "Forbidden: resourceVersionMatch \"Exact\" is forbidden for resourceVersion"
                    + " \"0\""));
      }
    }
    if (!causes.isEmpty()) {
      throw ApiException.invalid("meta.k8s.io", "ListOptions", "", causes);
    }
    if (!continueToken.isEmpty() && !resourceVersion.isEmpty() && !resourceVersion.equals("0")) {
      throw ApiException.badRequest(
          "specifying resource version is not allowed when using continue");
    }
  }

  private static StatusCause cause(String reason, String field, String message) {
    return StatusCause.EMPTY.withReason(reason).withField(field).withMessage(message);
  }
}
