package io.kubejar.api.quota;

import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.apimachinery.KubernetesObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The part of a namespace's objects that a quota limits.
public final class Scopes {
  private static final String EXISTS = "Exists";

  private Scopes() {}

  /// All scopes of a quota, however written.
  public static List<ScopedResourceSelectorRequirement> of(ResourceQuota quota) {
    var scopes = new ArrayList<ScopedResourceSelectorRequirement>();
    for (var scope : quota.spec().scopes()) {
      scopes.add(ScopedResourceSelectorRequirement.EMPTY.withScopeName(scope).withOperator(EXISTS));
    }
    var selector = quota.spec().scopeSelector();
    if (selector != null) {
      scopes.addAll(selector.matchExpressions());
    }
    return scopes;
  }

  /// Whether the object is in all scopes of the quota.
  public static boolean include(ResourceQuota quota, Evaluator evaluator, KubernetesObject object) {
    return of(quota).stream().allMatch(scope -> evaluator.inScope(scope, object));
  }

  /// Whether one of the object's values for a scope, or the lack of any, fits the requirement.
  static boolean matches(ScopedResourceSelectorRequirement scope, Set<String> values) {
    return switch (scope.operator()) {
      case EXISTS -> !values.isEmpty();
      case "DoesNotExist" -> values.isEmpty();
      case "In" -> values.stream().anyMatch(scope.values()::contains);
      case "NotIn" ->
          values.isEmpty() || values.stream().anyMatch(value -> !scope.values().contains(value));
      default -> false;
    };
  }
}
