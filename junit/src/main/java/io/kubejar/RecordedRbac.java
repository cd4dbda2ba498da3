package io.kubejar;

import io.kubejar.ApiRequest.Target;
import io.kubejar.apimachinery.json.JsonPrinter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The roles that allow what a user did, and nothing more, but for the names: objects get new ones
/// too often for roles to list them.
final class RecordedRbac {
  private static final int FORBIDDEN = 403;
  private static final int CREATED = 201;
  private static final String EVERYWHERE = "";
  private static final String ACCOUNT = "system:serviceaccount:";

  /// What everybody may ask for by the roles that every cluster has.
  private static final List<String> PUBLIC =
      List.of("/api", "/apis", "/openapi", "/healthz", "/livez", "/readyz", "/version");

  private final String user;

  /// By namespace, then group and resource: the verbs.
  private final Map<String, Map<Thing, Set<String>>> used = new TreeMap<>();

  private final Map<String, Set<String>> paths = new TreeMap<>();

  private record Thing(String group, String resource) implements Comparable<Thing> {
    @Override
    public int compareTo(Thing other) {
      int groups = group.compareTo(other.group);
      return groups != 0 ? groups : resource.compareTo(other.resource);
    }
  }

  private record Rule(String group, Set<String> verbs, Set<String> resources) {}

  private RecordedRbac(String user) {
    this.user = user;
  }

  /// Roles and their bindings, as YAML.
  static String of(String user, Requests requests) {
    var recorded = new RecordedRbac(user);
    requests.byUser(user).where(request -> request.code() != FORBIDDEN).forEach(recorded::add);
    return recorded.toYaml();
  }

  private void add(ApiRequest request) {
    var target = request.target();
    if (target.resource().isEmpty()) {
      addPath(target);
      return;
    }
    add(target, target.verb());
    boolean made = target.verb().equals("patch") || target.verb().equals("update");
    if (made && request.code() == CREATED) {
      add(target, "create"); // Who applies what is not there yet makes it.
    }
  }

  private void add(Target target, String verb) {
    var thing = new Thing(target.apiGroup(), target.resourceAndSubresource());
    used.computeIfAbsent(target.namespace(), _ -> new TreeMap<>())
        .computeIfAbsent(thing, _ -> new TreeSet<>())
        .add(verb);
  }

  private void addPath(Target target) {
    var path = target.path();
    boolean open = PUBLIC.stream().anyMatch(it -> path.equals(it) || path.startsWith(it + "/"));
    if (!open) {
      paths.computeIfAbsent(target.verb(), _ -> new TreeSet<>()).add(path);
    }
  }

  private String toYaml() {
    var out = new StringBuilder();
    var everywhere = used.getOrDefault(EVERYWHERE, Map.of());
    if (!everywhere.isEmpty() || !paths.isEmpty()) {
      role(out, EVERYWHERE, rules(everywhere));
    }
    used.forEach(
        (namespace, things) -> {
          var rules = rules(beyond(everywhere, things));
          if (!namespace.equals(EVERYWHERE) && !rules.isEmpty()) {
            role(out, namespace, rules);
          }
        });
    return out.toString();
  }

  /// What is not allowed in all namespaces anyway.
  private static Map<Thing, Set<String>> beyond(
      Map<Thing, Set<String>> everywhere, Map<Thing, Set<String>> things) {
    var left = new TreeMap<Thing, Set<String>>();
    things.forEach(
        (thing, verbs) -> {
          var more = new TreeSet<>(verbs);
          more.removeAll(everywhere.getOrDefault(thing, Set.of()));
          if (!more.isEmpty()) {
            left.put(thing, more);
          }
        });
    return left;
  }

  /// Resources of a group with the same verbs share a rule.
  private static List<Rule> rules(Map<Thing, Set<String>> things) {
    var rules = new TreeMap<String, Rule>();
    things.forEach(
        (thing, verbs) ->
            rules
                .computeIfAbsent(
                    thing.group() + " " + verbs,
                    _ -> new Rule(thing.group(), verbs, new TreeSet<>()))
                .resources()
                .add(thing.resource()));
    return List.copyOf(rules.values());
  }

  private void role(StringBuilder out, String namespace, List<Rule> rules) {
    var kind = namespace.equals(EVERYWHERE) ? "ClusterRole" : "Role";
    header(out, kind, namespace);
    out.append("rules:\n");
    for (var rule : rules) {
      out.append("- apiGroups: ").append(list(List.of(rule.group()))).append('\n');
      out.append("  resources: ").append(list(rule.resources())).append('\n');
      out.append("  verbs: ").append(list(rule.verbs())).append('\n');
    }
    if (namespace.equals(EVERYWHERE)) {
      paths.forEach(
          (verb, all) -> {
            out.append("- nonResourceURLs: ").append(list(all)).append('\n');
            out.append("  verbs: ").append(list(List.of(verb))).append('\n');
          });
    }
    header(out, kind + "Binding", namespace);
    out.append("roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ").append(kind);
    out.append(", name: ").append(quoted(name())).append("}\n");
    out.append("subjects:\n").append(subject());
  }

  private void header(StringBuilder out, String kind, String namespace) {
    out.append("---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ").append(kind);
    out.append("\nmetadata:\n  name: ").append(quoted(name())).append('\n');
    if (!namespace.equals(EVERYWHERE)) {
      out.append("  namespace: ").append(quoted(namespace)).append('\n');
    }
  }

  private String subject() {
    if (user.startsWith(ACCOUNT)) {
      var account = user.substring(ACCOUNT.length()).split(":", 2);
      if (account.length == 2) {
        return "- kind: ServiceAccount\n  namespace: %s\n  name: %s\n"
            .formatted(quoted(account[0]), quoted(account[1]));
      }
    }
    return "- apiGroup: rbac.authorization.k8s.io\n  kind: User\n  name: " + quoted(user) + "\n";
  }

  /// Names of roles may hold all but slashes and percent signs.
  private String name() {
    return "recorded:" + user.replace('/', '-').replace('%', '-');
  }

  private static String list(Collection<String> texts) {
    return texts.stream().map(RecordedRbac::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(String text) {
    var out = new StringBuilder();
    JsonPrinter.quote(text, out);
    return out.toString();
  }
}
