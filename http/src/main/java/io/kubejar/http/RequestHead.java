package io.kubejar.http;

/// What a request's head says, in whatever protocol version it came.
record RequestHead(
    String method,
    String rawPath,
    String rawQuery,
    Headers headers,
    String scheme,
    boolean http2,
    boolean upgrade) {

  /// Splits a request target into path and query; an absolute target loses its authority.
  static RequestHead of(
      String method, String target, Headers headers, String scheme, boolean http2) {
    String local = target;
    if (!target.startsWith("/")) {
      int authority = target.indexOf("://");
      int path = authority < 0 ? -1 : target.indexOf('/', authority + 3);
      local = authority < 0 ? target : path < 0 ? "/" : target.substring(path);
    }
    int question = local.indexOf('?');
    boolean upgrade =
        !http2 && headers.lists("Connection", "upgrade") && headers.contains("Upgrade");
    return new RequestHead(
        method,
        question < 0 ? local : local.substring(0, question),
        question < 0 ? "" : local.substring(question + 1),
        headers,
        scheme,
        http2,
        upgrade);
  }
}
