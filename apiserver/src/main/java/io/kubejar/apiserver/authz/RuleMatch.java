package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.PolicyRule;
import java.util.List;

/// Whether one RBAC rule covers one request.
final class RuleMatch {
  private static final String ALL = "*";

  private RuleMatch() {}

  static boolean allows(PolicyRule rule, Attributes attributes) {
    if (!hasOrAll(rule.verbs(), attributes.verb())) {
      return false;
    }
    if (!attributes.resourceRequest()) {
      return rule.nonResourceURLs().stream().anyMatch(url -> pathFits(url, attributes.path()));
    }
    return hasOrAll(rule.apiGroups(), attributes.apiGroup())
        && resourceFits(rule.resources(), attributes)
        && (rule.resourceNames().isEmpty() || rule.resourceNames().contains(attributes.name()));
  }

  private static boolean hasOrAll(List<String> allowed, String wanted) {
    return allowed.contains(ALL) || allowed.contains(wanted);
  }

  /// `pods/log` is allowed by itself, by `*` and by `*/log`, but not by `pods` or `pods/*`.
  private static boolean resourceFits(List<String> allowed, Attributes attributes) {
    return hasOrAll(allowed, attributes.resourceWithSubresource())
        || (!attributes.subresource().isEmpty()
            && allowed.contains("*/" + attributes.subresource()));
  }

  private static boolean pathFits(String allowed, String path) {
    if (allowed.equals(ALL) || allowed.equals(path)) {
      return true;
    }
    return allowed.endsWith(ALL) && path.startsWith(withoutStars(allowed));
  }

  private static String withoutStars(String url) {
    int end = url.length();
    while (end > 0 && url.charAt(end - 1) == '*') {
      end--;
    }
    return url.substring(0, end);
  }
}
