package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.PolicyRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;

/// Whether some rules grant all that other rules grant. Both are broken down into rules about one
/// thing each; one of those is covered if a single owned rule covers it.
final class RuleCover {
  private static final String ALL = "*";

  private RuleCover() {}

  /// Those wanted rules, as small ones, that the owned rules do not cover.
  static List<PolicyRule> missing(List<PolicyRule> owned, List<PolicyRule> wanted) {
    var missing = new ArrayList<PolicyRule>();
    for (var rule : wanted) {
      for (var small : breakDown(rule)) {
        if (owned.stream().noneMatch(owner -> covers(owner, small))) {
          missing.add(small);
        }
      }
    }
    return missing;
  }

  /// The rules as a person may read them: those that differ in verbs only are one.
  static List<String> describe(List<PolicyRule> rules) {
    var verbs = new LinkedHashMap<PolicyRule, List<String>>();
    for (var rule : rules) {
      var all = verbs.computeIfAbsent(rule.withVerbs(List.of()), _ -> new ArrayList<>());
      rule.verbs().stream().filter(verb -> !all.contains(verb)).forEach(all::add);
    }
    var texts = new TreeSet<String>();
    verbs.forEach((rule, all) -> texts.add(describe(rule.withVerbs(all))));
    return List.copyOf(texts);
  }

  private static String describe(PolicyRule rule) {
    var parts = new ArrayList<String>();
    part(parts, "APIGroups", rule.apiGroups());
    part(parts, "Resources", rule.resources());
    part(parts, "NonResourceURLs", rule.nonResourceURLs());
    part(parts, "ResourceNames", rule.resourceNames());
    part(parts, "Verbs", rule.verbs());
    return "{" + String.join(", ", parts) + "}";
  }

  private static void part(List<String> parts, String name, List<String> values) {
    if (!values.isEmpty()) {
      parts.add(name + ":" + Quoted.of(values));
    }
  }

  private static List<PolicyRule> breakDown(PolicyRule rule) {
    var small = new ArrayList<PolicyRule>();
    for (var group : rule.apiGroups()) {
      for (var resource : rule.resources()) {
        for (var verb : rule.verbs()) {
          var base =
              PolicyRule.EMPTY
                  .withApiGroups(List.of(group))
                  .withResources(List.of(resource))
                  .withVerbs(List.of(verb));
          if (rule.resourceNames().isEmpty()) {
            small.add(base);
          }
          for (var name : rule.resourceNames()) {
            small.add(base.withResourceNames(List.of(name)));
          }
        }
      }
    }
    for (var url : rule.nonResourceURLs()) {
      for (var verb : rule.verbs()) {
        small.add(PolicyRule.EMPTY.withNonResourceURLs(List.of(url)).withVerbs(List.of(verb)));
      }
    }
    return small;
  }

  private static boolean covers(PolicyRule owner, PolicyRule small) {
    return hasAll(owner.verbs(), small.verbs())
        && hasAll(owner.apiGroups(), small.apiGroups())
        && small.resources().stream().allMatch(wanted -> coversResource(owner, wanted))
        && (owner.resourceNames().isEmpty()
            || (!small.resourceNames().isEmpty()
                && owner.resourceNames().containsAll(small.resourceNames())))
        && small.nonResourceURLs().stream().allMatch(url -> coversUrl(owner, url));
  }

  private static boolean hasAll(List<String> owned, List<String> wanted) {
    return owned.contains(ALL) || owned.containsAll(wanted);
  }

  private static boolean coversResource(PolicyRule owner, String wanted) {
    int slash = wanted.indexOf('/');
    return owner.resources().contains(ALL)
        || owner.resources().contains(wanted)
        || (slash >= 0 && owner.resources().contains("*" + wanted.substring(slash)));
  }

  private static boolean coversUrl(PolicyRule owner, String wanted) {
    return owner.nonResourceURLs().stream()
        .anyMatch(
            owned ->
                owned.equals(wanted)
                    || (owned.endsWith(ALL)
                        && wanted.startsWith(owned.substring(0, owned.length() - 1))));
  }
}
