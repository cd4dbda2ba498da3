package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.format.OpenApiFormats;
import java.util.Map;

/// Whether somebody has approved a CRD in a group of the Kubernetes community.
///
/// @param reason for people
public record ApiApproval(State state, String reason) {
  public static final String ANNOTATION = "api-approved.kubernetes.io";

  private static final String HELP = ", see https://github.com/kubernetes/enhancements/pull/1111";

  /// What the annotation says.
  public enum State {
    INVALID,
    APPROVED,
    BYPASSED,
    MISSING
  }

  /// Whether CRDs in this group need approval.
  public static boolean isProtected(String group) {
    return group.equals("k8s.io")
        || group.endsWith(".k8s.io")
        || group.equals("kubernetes.io")
        || group.endsWith(".kubernetes.io");
  }

  public static ApiApproval of(Map<String, String> annotations) {
    var annotation = annotations.getOrDefault(ANNOTATION, "");
    var required = "protected groups must have approval annotation \"" + ANNOTATION + "\"";
    if (annotation.isEmpty()) {
      return new ApiApproval(State.MISSING, required + HELP);
    }
    if (annotation.startsWith("unapproved")) {
      return new ApiApproval(State.BYPASSED, "not approved: \"" + annotation + "\"");
    }
    if (isUrlWithHost(annotation)) {
      return new ApiApproval(State.APPROVED, "approved in " + annotation);
    }
    return new ApiApproval(
        State.INVALID,
        required + " with either a URL or a reason starting with \"unapproved\"" + HELP);
  }

  private static boolean isUrlWithHost(String text) {
    int host = text.indexOf("://");
    boolean hasHost = host > 0 && host + 3 < text.length() && text.charAt(host + 3) != '/';
    return hasHost && OpenApiFormats.check("uri").orElseThrow().test(text);
  }
}
