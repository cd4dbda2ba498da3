package io.kubejar.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which requests a webhook or a policy is about.
final class AdmissionRules {
  private static final String ALL = "*";
  private static final String[] OPERATIONS = {ALL, "CONNECT", "CREATE", "DELETE", "UPDATE"};

  private AdmissionRules() {}

  static void rule(
      Check at,
      List<String> operations,
      List<String> groups,
      List<String> versions,
      List<String> resources,
      @Nullable String scope) {
    alone(at.at("operations"), operations, "operations");
    at.at("operations")
        .each(
            operations,
            (item, operation) -> {
              if (!List.of(OPERATIONS).contains(operation)) {
                item.notSupported(operation, OPERATIONS);
              }
            });
    alone(at.at("apiGroups"), groups, "API groups");
    alone(at.at("apiVersions"), versions, "API versions");
    at.at("apiVersions").each(versions, Check::nonEmpty);
    resources(at.at("resources"), resources);
    at.at("scope").oneOfIfSet(scope, ALL, "Cluster", "Namespaced");
  }

  private static void alone(Check at, List<String> values, String others) {
    if (values.isEmpty()) {
      at.required("");
    }
    if (values.size() > 1 && values.contains(ALL)) {
      at.invalid(values, "if '*' is present, must not specify other " + others);
    }
  }

  private static void resources(Check at, List<String> resources) {
    if (resources.isEmpty()) {
      at.required("");
    }
    Set<String> ofAllSubresources = new HashSet<>();
    Set<String> withAllSubresources = new HashSet<>();
    for (int i = 0; i < resources.size(); i++) {
      var full = resources.get(i);
      var item = at.at(i);
      if (full.isEmpty()) {
        item.required("");
        continue;
      }
      int slash = full.indexOf('/');
      if (slash < 0) {
        continue;
      }
      var name = full.substring(0, slash);
      var subresource = full.substring(slash + 1);
      if (withAllSubresources.contains(name)) {
        item.invalid(full, "if '" + name + "/*' is present, must not specify " + full);
      }
      if (ofAllSubresources.contains(subresource)) {
        item.invalid(full, "if '*/" + subresource + "' is present, must not specify " + full);
      }
      if (subresource.equals(ALL)) {
        withAllSubresources.add(name);
      }
      if (name.equals(ALL)) {
        ofAllSubresources.add(subresource);
      }
    }
    overlapping(at, resources);
  }

  private static void overlapping(Check at, List<String> resources) {
    if (resources.size() > 1 && resources.contains("*/*")) {
      at.invalid(resources, "if '*/*' is present, must not specify other resources");
    }
    // The last of those without a subresource decides, as upstream has it.
    boolean otherIsLast =
        resources.stream()
            .filter(each -> !each.isEmpty() && each.indexOf('/') < 0)
            .reduce((_, last) -> last)
            .filter(last -> !last.equals(ALL))
            .isPresent();
    if (resources.contains(ALL) && otherIsLast) {
      at.invalid(
          resources, "if '*' is present, must not specify other resources without subresources");
    }
  }
}
