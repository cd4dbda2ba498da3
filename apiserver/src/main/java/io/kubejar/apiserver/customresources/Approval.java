package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionCondition;
import io.kubejar.apimachinery.GoText;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;

/// Whether a definition in one of the community's groups says where it was approved.
final class Approval {
  static final String ANNOTATION = "api-approved.kubernetes.io";

  private static final String SEE = ", see https://github.com/kubernetes/enhancements/pull/1111";

  private Approval() {}

  static boolean isProtected(String group) {
    return group.equals("k8s.io")
        || group.endsWith(".k8s.io")
        || group.equals("kubernetes.io")
        || group.endsWith(".kubernetes.io");
  }

  /// The definition with the condition that tells of its approval; the same one if there is nothing
  /// to tell.
  static CustomResourceDefinition settled(CustomResourceDefinition definition, Instant now) {
    if (!isProtected(definition.spec().group())) {
      return definition;
    }
    var annotation = definition.metadata().annotations().getOrDefault(ANNOTATION, "");
    var condition = judge(annotation);
    boolean told =
        Conditions.find(definition, Conditions.APPROVAL)
            .filter(old -> old.reason().equals(condition.reason()))
            .filter(old -> old.message().equals(condition.message()))
            .isPresent();
    return told ? definition : Conditions.with(definition, condition, now);
  }

  private static CustomResourceDefinitionCondition judge(String annotation) {
    var quoted = GoText.quoted(ANNOTATION);
    if (annotation.isEmpty()) {
      return refused(
          "MissingAnnotation", "protected groups must have approval annotation " + quoted + SEE);
    }
    if (annotation.startsWith("unapproved")) {
      return refused("UnapprovedAnnotation", "not approved: " + GoText.quoted(annotation));
    }
    if (isUrl(annotation)) {
      return Conditions.condition(
          Conditions.APPROVAL, true, "ApprovedAnnotation", "approved in " + annotation);
    }
    return refused(
        "InvalidAnnotation",
        "protected groups must have approval annotation "
            + quoted
            + " with either a URL or a reason starting with \"unapproved\""
            + SEE);
  }

  private static CustomResourceDefinitionCondition refused(String reason, String message) {
    return Conditions.condition(Conditions.APPROVAL, false, reason, message);
  }

  private static boolean isUrl(String text) {
    try {
      var url = new URI(text);
      return url.getScheme() != null && url.getHost() != null;
    } catch (URISyntaxException _) {
      return false;
    }
  }
}
