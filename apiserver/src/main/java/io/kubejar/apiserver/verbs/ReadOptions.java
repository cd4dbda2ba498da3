package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  private static final String EXACT = "Exact";
  private static final String NOT_OLDER_THAN = "NotOlderThan";
  private static final String MATCH = "resourceVersionMatch";

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
  ///
  /// @throws ApiException 500 if it is no number: upstream calls that a mistake of the server,
  ///   except in lists
  long revision() {
    revisionFault()
        .ifPresent(
            fault -> {
              throw ApiException.unexplained(fault.text());
            });
    long revision = resourceVersion.isEmpty() ? 0 : Long.parseUnsignedLong(resourceVersion);
    return revision < 0 ? Long.MAX_VALUE : revision; // As far in the future as any other.
  }

  private Optional<FieldError> revisionFault() {
    if (!resourceVersion.chars().allMatch(it -> it >= '0' && it <= '9')) {
      return Optional.of(malformed("invalid syntax"));
    }
    try {
      if (!resourceVersion.isEmpty()) {
        Long.parseUnsignedLong(resourceVersion);
      }
      return Optional.empty();
    } catch (NumberFormatException _) {
      return Optional.of(malformed("value out of range"));
    }
  }

  private FieldError malformed(String why) {
    var detail = "strconv.ParseUint: parsing " + GoText.quoted(resourceVersion) + ": " + why;
    return FieldError.invalid("resourceVersion", resourceVersion, detail);
  }

  /// What makes no sense together in a list's parameters, as upstream sees it.
  public List<FieldError> faultsForList() {
    if (resourceVersionMatch.isEmpty()) {
      return List.of();
    }
    var faults = new ArrayList<FieldError>();
    if (resourceVersion.isEmpty()) {
      faults.add(forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"));
    }
    if (!continueToken.isEmpty()) {
      faults.add(forbidden("resourceVersionMatch is forbidden when continue is provided"));
    }
    boolean exact = resourceVersionMatch.equals(EXACT);
    if (!exact && !resourceVersionMatch.equals(NOT_OLDER_THAN)) {
      var known = List.of(EXACT, NOT_OLDER_THAN, "");
      faults.add(FieldError.notSupported(MATCH, resourceVersionMatch, known));
    }
    if (exact && resourceVersion.equals("0")) {
      faults.add(
          forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
    }
    return faults;
  }

  private static FieldError forbidden(String detail) {
    return FieldError.forbidden(MATCH, detail);
  }

  /// Checks everything that can be checked without looking at objects.
  void checkForList() {
    refuse(faultsForList());
    if (!continueToken.isEmpty()) {
      ContinueToken.decode(continueToken);
      if (!resourceVersion.isEmpty() && !resourceVersion.equals("0")) {
        throw ApiException.badRequest(
            "specifying resource version is not allowed when using continue");
      }
    }
    revisionFault()
        .ifPresent(
            fault -> {
              throw ApiException.badRequest("invalid resource version: " + fault.text());
            });
  }

  /// Refuses the options if there are any faults.
  public static void refuse(List<FieldError> faults) {
    if (!faults.isEmpty()) {
      var causes = faults.stream().map(FieldError::cause).toList();
      throw ApiException.invalid("meta.k8s.io", "ListOptions", "", causes);
    }
  }

  /// How many objects a page has at most; 0 for all. Whoever takes any revision gets everything at
  /// once: old clients page although they need not.
  long pageSize() {
    return limit <= 0 || resourceVersion.equals("0") ? 0 : limit;
  }

  /// Whether exactly this revision is wanted: pages begin there, unless any revision will do.
  boolean exact() {
    return resourceVersionMatch.equals(EXACT)
        || (resourceVersionMatch.isEmpty()
            && limit > 0
            && !resourceVersion.isEmpty()
            && !resourceVersion.equals("0"));
  }
}
