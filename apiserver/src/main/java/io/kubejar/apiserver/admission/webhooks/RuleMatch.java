package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admissionregistration.v1.RuleWithOperations;
import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apiserver.admission.AdmissionRequest;
import java.util.List;
import java.util.Objects;

/// Whether a rule means a request.
public final class RuleMatch {
  private static final String ALL = "*";
  private static final GroupVersionResource NAMESPACES =
      new GroupVersionResource("", "v1", "namespaces");

  private RuleMatch() {}

  /// @param resource the request's resource, perhaps in another version
  public static boolean matches(
      RuleWithOperations rule, GroupVersionResource resource, AdmissionRequest request) {
    return inScope(Objects.requireNonNullElse(rule.scope(), ALL), resource, request)
        && has(rule.operations(), request.operation().name())
        && has(rule.apiGroups(), resource.group())
        && has(rule.apiVersions(), resource.version())
        && rule.resources().stream()
            .anyMatch(each -> names(each, resource.resource(), request.subresource()));
  }

  /// Namespaces themselves belong to the cluster.
  private static boolean inScope(
      String scope, GroupVersionResource resource, AdmissionRequest request) {
    boolean ofCluster = resource.equals(NAMESPACES) || request.reviewedNamespace().isEmpty();
    return switch (scope) {
      case ALL -> true;
      case "Namespaced" -> !ofCluster;
      case "Cluster" -> ofCluster;
      default -> false;
    };
  }

  private static boolean has(List<String> allowed, String wanted) {
    return allowed.contains(ALL) || allowed.contains(wanted);
  }

  private static boolean names(String pattern, String resource, String subresource) {
    int slash = pattern.indexOf('/');
    var main = slash < 0 ? pattern : pattern.substring(0, slash);
    var part = slash < 0 ? "" : pattern.substring(slash + 1);
    return (main.equals(ALL) || main.equals(resource))
        && (part.equals(ALL) || part.equals(subresource));
  }
}
