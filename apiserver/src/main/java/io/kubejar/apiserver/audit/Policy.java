package io.kubejar.apiserver.audit;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.RequestInfo;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which requests are recorded, and how much of them: `Policy` of `audit.k8s.io/v1`. The first rule
/// that matches decides; a request that none matches is not recorded.
///
/// @param omitStages stages that are recorded of no request
/// @param omitManagedFields whether objects are shown without managedFields, unless a rule says
///   otherwise
public record Policy(List<Rule> rules, Set<Stage> omitStages, boolean omitManagedFields) {
  public Policy {
    rules = List.copyOf(rules);
    omitStages = Set.copyOf(omitStages);
  }

  /// What is recorded of a request.
  ///
  /// @param omitted the stages that are left out
  public record Verdict(Level level, Set<Stage> omitted, boolean omitManagedFields) {}

  /// Reads a policy.
  ///
  /// @param text YAML or JSON
  /// @throws IllegalArgumentException with everything that is wrong with it
  public static Policy parse(String text) {
    return PolicyReader.parse(text);
  }

  public Verdict of(UserInfo user, RequestInfo request) {
    for (var rule : rules) {
      if (rule.matches(user, request)) {
        var omitted = EnumSet.noneOf(Stage.class);
        omitted.addAll(omitStages);
        omitted.addAll(rule.omitStages);
        var managedFields = rule.omitManagedFields;
        return new Verdict(
            rule.level, omitted, managedFields == null ? omitManagedFields : managedFields);
      }
    }
    return new Verdict(Level.NONE, omitStages, omitManagedFields);
  }

  /// What holds for some requests; an empty list matches everything.
  ///
  /// @param nonResourceUrls paths, which may end with `*`
  /// @param omitManagedFields null leaves it to the policy
  record Rule(
      Level level,
      List<String> users,
      List<String> userGroups,
      List<String> verbs,
      List<GroupResources> resources,
      List<String> namespaces,
      List<String> nonResourceUrls,
      Set<Stage> omitStages,
      @Nullable Boolean omitManagedFields) {

    boolean matches(UserInfo user, RequestInfo request) {
      if (!users.isEmpty() && !users.contains(user.name())) {
        return false;
      }
      if (!userGroups.isEmpty() && userGroups.stream().noneMatch(user::inGroup)) {
        return false;
      }
      if (!verbs.isEmpty() && !verbs.contains(request.verb())) {
        return false;
      }
      if (!namespaces.isEmpty() || !resources.isEmpty()) {
        return matchesResource(request);
      }
      return nonResourceUrls.isEmpty() || matchesPath(request);
    }

    private boolean matchesResource(RequestInfo request) {
      boolean inNamespace = namespaces.isEmpty() || namespaces.contains(request.namespace());
      return request.resourceRequest()
          && inNamespace
          && (resources.isEmpty() || resources.stream().anyMatch(some -> some.includes(request)));
    }

    private boolean matchesPath(RequestInfo request) {
      return !request.resourceRequest()
          && nonResourceUrls.stream().anyMatch(url -> covers(url, request.path()));
    }

    private static boolean covers(String url, String path) {
      return url.endsWith("*")
          ? path.startsWith(url.substring(0, url.length() - 1))
          : path.equals(url);
    }
  }

  /// Resources of a group: `pods`, `pods/log`, `*`, `pods/*`, `*/scale`.
  record GroupResources(String group, List<String> resources, List<String> resourceNames) {
    boolean includes(RequestInfo request) {
      if (!group.equals("*") && !group.equals(request.apiGroup())) {
        return false;
      }
      boolean named = resourceNames.isEmpty() || resourceNames.contains(request.name());
      return resources.isEmpty() || (named && resources.stream().anyMatch(it -> is(it, request)));
    }

    private static boolean is(String pattern, RequestInfo request) {
      var subresource = request.subresource();
      var whole =
          subresource.isEmpty() ? request.resource() : request.resource() + "/" + subresource;
      return pattern.equals("*")
          || pattern.equals(whole)
          || (!subresource.isEmpty() && pattern.equals("*/" + subresource))
          || pattern.equals(request.resource() + "/*");
    }
  }
}
