package io.kubejar.apiserver.request;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a method and a path ask for, in Kubernetes' terms.
///
/// @param verb `get`, `list`, `watch`, `create`...; for a path that is no resource the method in
///   lower case
/// @param parts the segments from the resource on
public record RequestInfo(
    boolean resourceRequest,
    String path,
    String verb,
    String apiPrefix,
    String apiGroup,
    String apiVersion,
    String namespace,
    String resource,
    String subresource,
    String name,
    List<String> parts) {
  private static final Set<String> PREFIXES = Set.of("api", "apis");
  private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");
  private static final String METADATA_NAME = "metadata.name=";

  public RequestInfo {
    parts = List.copyOf(parts);
  }

  /// A path that names no resource.
  public static RequestInfo nonResource(String method, String path) {
    var verb = method.toLowerCase(java.util.Locale.ROOT);
    return new RequestInfo(false, path, verb, "", "", "", "", "", "", "", List.of());
  }

  /// Parses a decoded path. The rules, with their oddities, are upstream's.
  public static RequestInfo parse(String method, String path, Query query) {
    var segments = segments(path);
    if (segments.size() < 3 || !PREFIXES.contains(segments.getFirst())) {
      return nonResource(method, path);
    }
    var prefix = segments.getFirst();
    var rest = segments.subList(1, segments.size());
    var group = "";
    if (prefix.equals("apis")) {
      if (rest.size() < 3) {
        return nonResource(method, path);
      }
      group = rest.getFirst();
      rest = rest.subList(1, rest.size());
    }
    var version = rest.getFirst();
    rest = rest.subList(1, rest.size());
    var verb = verbOf(method);
    boolean verbInPath = rest.getFirst().equals("watch") && rest.size() > 1;
    if (verbInPath) {
      verb = "watch";
      rest = rest.subList(1, rest.size());
    }
    var namespace = "";
    if (rest.getFirst().equals("namespaces") && rest.size() > 1) {
      namespace = rest.get(1);
      if (rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
        rest = rest.subList(2, rest.size());
      }
    }
    var name = rest.size() > 1 ? rest.get(1) : "";
    var subresource = rest.size() > 2 && !verbInPath ? rest.get(2) : "";
    if (name.isEmpty()) {
      if (verb.equals("get")) {
        verb = query.flag("watch") ? "watch" : "list";
        name = nameFromSelector(query).orElse("");
      } else if (verb.equals("delete")) {
        verb = "deletecollection";
      }
    }
    return new RequestInfo(
        true,
        path,
        verb,
        prefix,
        group,
        version,
        namespace,
        rest.getFirst(),
        subresource,
        name,
        rest);
  }

  /// The question this request puts to the authorizer.
  public Attributes attributes(UserInfo user) {
    return resourceRequest
        ? new Attributes(
            user, verb, namespace, apiGroup, apiVersion, resource, subresource, name, true, path)
        : Attributes.nonResource(user, verb, path);
  }

  /// The name in the path itself, not one taken from a field selector.
  public String nameInPath() {
    return parts.size() > 1 ? parts.get(1) : "";
  }

  /// Whether the answer may take as long as the client likes.
  public boolean longRunning() {
    return verb.equals("watch")
        || verb.equals("proxy")
        || Set.of("attach", "exec", "proxy", "log", "portforward").contains(subresource);
  }

  public boolean readOnly() {
    return verb.equals("get") || verb.equals("list") || verb.equals("watch");
  }

  private static Optional<String> nameFromSelector(Query query) {
    for (var requirement : query.firstOr("fieldSelector", "").split(",", -1)) {
      if (requirement.startsWith(METADATA_NAME)) {
        var name = requirement.substring(METADATA_NAME.length());
        name = name.startsWith("=") ? name.substring(1) : name;
        boolean segment =
            !name.isEmpty() && !name.equals(".") && !name.equals("..") && !name.contains("/");
        return segment && !name.contains("%") ? Optional.of(name) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static String verbOf(String method) {
    return switch (method) {
      case "POST" -> "create";
      case "GET", "HEAD" -> "get";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      default -> "";
    };
  }

  private static List<String> segments(String path) {
    int start = 0;
    int end = path.length();
    while (start < end && path.charAt(start) == '/') {
      start++;
    }
    while (end > start && path.charAt(end - 1) == '/') {
      end--;
    }
    return start == end ? List.of() : List.of(path.substring(start, end).split("/", -1));
  }
}
