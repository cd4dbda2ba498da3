package io.kubejar.apiserver.metrics;

import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import java.util.Set;

/// What a request is counted under: upstream's words, and no more different ones than there are
/// resources, whatever clients ask for.
///
/// @param subresource of paths that are no resource, the path
record RequestLabels(
    String verb, String group, String version, String resource, String subresource, String scope) {
  private static final String OTHER = "other";
  private static final String APPLY = "application/apply-patch+yaml";
  private static final Set<String> KNOWN = Set.of("DELETE", "GET", "LIST", "PATCH", "POST", "PUT");
  private static final Set<String> CONNECTIONS =
      Set.of("log", "exec", "portforward", "attach", "proxy");
  private static final Set<String> HEALTH = Set.of("/healthz", "/livez", "/readyz");

  static RequestLabels of(Request request) {
    var info = request.info();
    var scope = scope(info);
    return new RequestLabels(
        verb(request, scope),
        info.apiGroup(),
        info.apiVersion(),
        info.resource(),
        info.resourceRequest() ? info.subresource() : path(request.path()),
        scope);
  }

  /// The same for a request of something that is not served here.
  RequestLabels unserved() {
    return new RequestLabels(verb, "", "", "", "", "");
  }

  /// HTTP's method rather than the verb, except where that would not tell enough.
  private static String verb(Request request, String scope) {
    var info = request.info();
    if (info.resourceRequest() && CONNECTIONS.contains(info.subresource())) {
      return "CONNECT";
    }
    if (info.verb().equals("watch")) {
      return "WATCH";
    }
    var method = request.method().equals("HEAD") ? "GET" : request.method();
    if (method.equals("GET") && !scope.equals("resource") && !scope.isEmpty()) {
      return "LIST";
    }
    if (method.equals("PATCH") && request.headers().firstOr("Content-Type", "").equals(APPLY)) {
      return "APPLY";
    }
    return KNOWN.contains(method) ? method : OTHER;
  }

  private static String scope(RequestInfo info) {
    if (!info.nameInPath().isEmpty() || info.verb().equals("create")) {
      return "resource";
    }
    if (!info.namespace().isEmpty()) {
      return "namespace";
    }
    return info.resourceRequest() ? "cluster" : "";
  }

  private static String path(String path) {
    return HEALTH.contains(path) ? path : "";
  }

  /// The values of `verb, group, version, resource, subresource, scope, component`.
  String[] values() {
    return new String[] {verb, group, version, resource, subresource, scope, "apiserver"};
  }

  /// The same with `dry_run` after the verb.
  String[] values(String dryRun) {
    return new String[] {verb, dryRun, group, version, resource, subresource, scope, "apiserver"};
  }

  /// The same with the answer's `code` at the end.
  String[] values(String dryRun, String code) {
    return new String[] {
      verb, dryRun, group, version, resource, subresource, scope, "apiserver", code
    };
  }
}
