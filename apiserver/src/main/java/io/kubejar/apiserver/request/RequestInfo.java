package io.kubejar.apiserver.request;

import io.kubejar.apimachinery.selector.FieldSelector;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.SelectorFormatException;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Selectors;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a method and a path ask for, in Kubernetes' terms.
///
/// @param verb `get`, `list`, `watch`, `create`...; for a path that is no resource the method in
///   lower case
/// @param parts the segments from the resource on
/// @param verbInPath whether the verb stands in the path, as in `/api/v1/watch/pods`
/// @param fieldSelector as sent; empty for verbs without selectors
/// @param labelSelector as sent; empty for verbs without selectors
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
    List<String> parts,
    boolean verbInPath,
    String fieldSelector,
    String labelSelector) {
  /// A path that starts like one of a resource and then does not say which.
  public static final class UnclearPathException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnclearPathException() {
      super("unable to determine kind and namespace from url", null, false, false);
    }
  }

  private static final Set<String> PREFIXES = Set.of("api", "apis");
  private static final Set<String> VERBS_IN_PATHS = Set.of("proxy", "watch");
  private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");
  private static final Set<String> SELECTING = Set.of("list", "watch", "deletecollection");
  private static final Set<String> NUMBERS = Set.of("limit", "timeoutSeconds");
  private static final Set<String> CONVERSATIONS =
      Set.of("attach", "exec", "proxy", "log", "portforward");
  private static final String NAME = "metadata.name";

  public RequestInfo {
    parts = List.copyOf(parts);
  }

  /// A path that names no resource.
  public static RequestInfo nonResource(String method, String path) {
    var verb = method.toLowerCase(Locale.ROOT);
    return new RequestInfo(false, path, verb, "", "", "", "", "", "", "", List.of(), false, "", "");
  }

  /// Parses a decoded path. The rules, with their oddities, are upstream's.
  ///
  /// @throws UnclearPathException if the path ends after a verb
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
    boolean verbInPath = VERBS_IN_PATHS.contains(rest.getFirst());
    if (verbInPath) {
      if (rest.size() < 2) {
        throw new UnclearPathException();
      }
      verb = rest.getFirst();
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
    var subresource = rest.size() > 2 && !verb.equals("proxy") ? rest.get(2) : "";
    if (name.isEmpty() && verb.equals("get")) {
      verb = query.flag("watch") ? "watch" : "list";
      name = nameFromSelector(query).orElse("");
    }
    if (name.isEmpty() && verb.equals("delete")) {
      verb = "deletecollection";
    }
    boolean selecting = !verbInPath && SELECTING.contains(verb);
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
        rest,
        verbInPath,
        selecting ? query.firstOr("fieldSelector", "") : "",
        selecting ? query.firstOr("labelSelector", "") : "");
  }

  /// The question this request puts to the authorizer.
  public Attributes attributes(UserInfo user) {
    if (!resourceRequest) {
      return Attributes.nonResource(user, verb, path);
    }
    return new Attributes(
        user,
        verb,
        namespace,
        apiGroup,
        apiVersion,
        resource,
        subresource,
        name,
        true,
        path,
        Selectors.parse(fieldSelector, labelSelector));
  }

  /// The name in the path itself, not one taken from a field selector.
  public String nameInPath() {
    return parts.size() > 1 ? parts.get(1) : "";
  }

  /// Whether the path consists of nothing but what was read from it. What authorization is asked
  /// about is then all that the path can mean, also for readers with other rules: no empty segment,
  /// nothing behind the subresource, no namespace around what has none.
  ///
  /// @param namespaced whether the resource lives in namespaces
  public boolean exact(boolean namespaced) {
    var expected = new StringBuilder(path.length()).append(apiPrefix);
    if (!apiPrefix.equals("api")) {
      expected.append('/').append(apiGroup);
    }
    expected.append('/').append(apiVersion);
    if (verbInPath) {
      expected.append('/').append(verb);
    }
    if (namespaced && !namespace.isEmpty()) {
      expected.append("/namespaces/").append(namespace);
    }
    for (var part : parts) {
      expected.append('/').append(part);
    }
    boolean open = subresource.equals("proxy"); // What follows is for whom it leads to.
    int known = Math.min(parts.size(), 3);
    return trimmed(path).contentEquals(expected)
        && (parts.size() == known || open)
        && !parts.subList(0, known).contains("");
  }

  /// Whether the answer may take as long as the client likes.
  public boolean longRunning() {
    return verb.equals("watch") || verb.equals("proxy") || CONVERSATIONS.contains(subresource);
  }

  public boolean readOnly() {
    return verb.equals("get") || verb.equals("list") || verb.equals("watch");
  }

  /// The one name that a selector leaves. Upstream reads all options at once: if one of them makes
  /// no sense, the selector does not count either.
  private static Optional<String> nameFromSelector(Query query) {
    if (!NUMBERS.stream().allMatch(option -> number(query.firstOr(option, "")))) {
      return Optional.empty();
    }
    try {
      LabelSelectors.parse(query.firstOr("labelSelector", ""));
      return FieldSelector.parse(query.firstOr("fieldSelector", ""))
          .requiredValue(NAME)
          .filter(name -> !name.equals(".") && !name.equals(".."))
          .filter(name -> !name.contains("/") && !name.contains("%"));
    } catch (SelectorFormatException _) {
      return Optional.empty();
    }
  }

  private static boolean number(String text) {
    try {
      return text.isEmpty() || Long.toString(Long.parseLong(text)).length() > 0;
    } catch (NumberFormatException _) {
      return false;
    }
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
    var inner = trimmed(path);
    return inner.isEmpty() ? List.of() : List.of(inner.split("/", -1));
  }

  /// The path without the slashes around it.
  private static String trimmed(String path) {
    int start = 0;
    int end = path.length();
    while (start < end && path.charAt(start) == '/') {
      start++;
    }
    while (end > start && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(start, end);
  }
}
