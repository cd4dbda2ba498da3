package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.AggregationRule;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads `bootstrap-policy.txt`, whose first lines describe its form.
final class BootstrapPolicyReader {
  private static final String FILE = "bootstrap-policy.txt";
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final Map<String, List<String>> VERBS =
      Map.of(
          "read", List.of("get", "list", "watch"),
          "write", List.of("create", "delete", "deletecollection", "patch", "update"),
          "all",
              List.of(
                  "create",
                  "delete",
                  "deletecollection",
                  "get",
                  "list",
                  "patch",
                  "update",
                  "watch"),
          "events", List.of("create", "patch", "update"));

  private final List<ClusterRole> clusterRoles = new ArrayList<>();
  private final List<ClusterRoleBinding> clusterRoleBindings = new ArrayList<>();
  private final List<Role> roles = new ArrayList<>();
  private final List<RoleBinding> roleBindings = new ArrayList<>();

  /// The role that the next rules belong to.
  private List<String> head = List.of();

  private final List<PolicyRule> rules = new ArrayList<>();
  private final List<LabelSelector> aggregates = new ArrayList<>();

  private BootstrapPolicyReader() {}

  static BootstrapPolicy read() {
    var reader = new BootstrapPolicyReader();
    try (var in = BootstrapPolicyReader.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + FILE);
      }
      new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(reader::line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reader.endRole();
    return new BootstrapPolicy(
        Aggregation.filled(reader.clusterRoles),
        reader.clusterRoleBindings,
        reader.roles,
        reader.roleBindings);
  }

  private void line(String line) {
    if (line.isBlank() || line.startsWith("#")) {
      return;
    }
    var words = Arrays.asList(line.strip().split(" ", -1));
    if (line.startsWith(" ")) {
      rule(words);
      return;
    }
    endRole();
    switch (words.getFirst()) {
      case "clusterrole", "role", "controller" -> head = words;
      case "clusterbinding" -> clusterBinding(words.get(1), words.subList(2, words.size()));
      case "binding" -> binding(words.get(1), words.get(2), words.subList(3, words.size()));
      default -> throw new IllegalStateException(FILE + " has a line of no known kind: " + line);
    }
  }

  private void rule(List<String> words) {
    if (words.getFirst().equals("aggregates")) {
      aggregates.add(LabelSelector.EMPTY.withMatchLabels(labels(words.subList(1, 2))));
      return;
    }
    var rule =
        PolicyRule.EMPTY.withVerbs(VERBS.getOrDefault(words.getFirst(), list(words.getFirst())));
    if (words.get(1).equals("url")) {
      rules.add(rule.withNonResourceURLs(list(words.get(2))));
      return;
    }
    var groups = list(words.get(1)).stream().map(name -> name.equals("core") ? "" : name).toList();
    rule = rule.withApiGroups(groups).withResources(list(words.get(2)));
    rules.add(words.size() > 3 ? rule.withResourceNames(list(words.get(3))) : rule);
  }

  private void endRole() {
    if (head.isEmpty()) {
      return;
    }
    switch (head.getFirst()) {
      case "clusterrole" -> addClusterRole(head.get(1), labels(head.subList(2, head.size())));
      case "controller" -> {
        var name = "system:controller:" + head.get(1);
        addClusterRole(name, Map.of());
        clusterBinding(name, List.of("sa:kube-system/" + head.get(1)));
      }
      default ->
          roles.add(
              Role.EMPTY
                  .withMetadata(meta(head.get(1), head.get(2), Map.of()))
                  .withRules(List.copyOf(rules)));
    }
    head = List.of();
    rules.clear();
    aggregates.clear();
  }

  private void addClusterRole(String name, Map<String, String> labels) {
    var role = ClusterRole.EMPTY.withMetadata(meta("", name, labels)).withRules(List.copyOf(rules));
    clusterRoles.add(
        aggregates.isEmpty()
            ? role
            : role.withAggregationRule(
                AggregationRule.EMPTY.withClusterRoleSelectors(List.copyOf(aggregates))));
  }

  private void clusterBinding(String name, List<String> rest) {
    clusterRoleBindings.add(
        ClusterRoleBinding.EMPTY
            .withMetadata(meta("", name, Map.of()))
            .withRoleRef(new RoleRef(GROUP, "ClusterRole", roleName(name, rest)))
            .withSubjects(subjects(rest)));
  }

  private void binding(String namespace, String name, List<String> rest) {
    roleBindings.add(
        RoleBinding.EMPTY
            .withMetadata(meta(namespace, name, Map.of()))
            .withRoleRef(new RoleRef(GROUP, "Role", roleName(name, rest)))
            .withSubjects(subjects(rest)));
  }

  /// A binding is named after its role, unless `= ROLE` says otherwise.
  private static String roleName(String name, List<String> rest) {
    return !rest.isEmpty() && rest.getFirst().equals("=") ? rest.get(1) : name;
  }

  private static List<Subject> subjects(List<String> rest) {
    var subjects = new ArrayList<Subject>();
    for (var word : rest) {
      int colon = word.indexOf(':');
      var name = word.substring(colon + 1);
      switch (colon < 0 ? "" : word.substring(0, colon)) {
        case "user" -> subjects.add(new Subject("User", GROUP, name, ""));
        case "group" -> subjects.add(new Subject("Group", GROUP, name, ""));
        case "sa" -> {
          int slash = name.indexOf('/');
          subjects.add(
              new Subject(
                  "ServiceAccount", "", name.substring(slash + 1), name.substring(0, slash)));
        }
        default -> {} // The role that the binding refers to.
      }
    }
    return subjects;
  }

  private static ObjectMeta meta(String namespace, String name, Map<String, String> labels) {
    var all = new LinkedHashMap<String, String>();
    all.put("kubernetes.io/bootstrapping", "rbac-defaults");
    all.putAll(labels);
    return ObjectMeta.EMPTY
        .withName(name)
        .withNamespace(namespace)
        .withLabels(all)
        .withAnnotations(Map.of(BootstrapPolicy.AUTOUPDATE_ANNOTATION, "true"));
  }

  private static Map<String, String> labels(List<String> words) {
    var labels = new LinkedHashMap<String, String>();
    for (var word : words) {
      int equals = word.indexOf('=');
      labels.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return labels;
  }

  /// Upstream's rules are sorted within; ours are shown as they are, so the order is part of them.
  private static List<String> list(String word) {
    return Arrays.stream(word.split(",", -1)).sorted().toList();
  }
}
