package io.kubejar.apiserver.connect;

import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Which header fields go on to a server behind the proxy, and which come back.
final class ForwardedHeaders {
  /// Fields about one connection only (RFC 9110, 7.6.1, and what Go's proxy knows besides).
  private static final Set<String> ONE_HOP =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /// Who the user is was settled here, and is nobody's business behind.
  private static final List<String> IDENTITY =
      List.of(
          "authorization",
          "impersonate-user",
          "impersonate-group",
          "impersonate-uid",
          "impersonate-extra-",
          "x-remote-user",
          "x-remote-group",
          "x-remote-uid",
          "x-remote-extra-");

  /// A server behind the proxy cannot speak for this one.
  private static final String[] CORS = {
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin"
  };

  private ForwardedHeaders() {}

  /// The client's fields, for a request that wants nothing but an answer.
  static Headers ofRequest(Exchange exchange) {
    return withFraming(exchange, withoutHop(withPeer(exchange)));
  }

  /// The client's fields, for a request that leaves HTTP.
  static Headers ofUpgrade(Exchange exchange) {
    return withPeer(exchange).without("Content-Length", "Transfer-Encoding");
  }

  /// The fields of an answer.
  static Headers ofAnswer(Headers headers) {
    return withoutHop(headers).without(CORS);
  }

  private static Headers withPeer(Exchange exchange) {
    var kept =
        exchange.headers().fields().stream().filter(field -> !isIdentity(field.name())).toList();
    var before = exchange.headers().all("X-Forwarded-For");
    var hops = new ArrayList<>(before);
    hops.add(exchange.peer().getAddress().getHostAddress());
    return new Headers(kept).replacing("X-Forwarded-For", String.join(", ", hops));
  }

  private static boolean isIdentity(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return IDENTITY.stream()
        .anyMatch(known -> known.endsWith("-") ? lower.startsWith(known) : lower.equals(known));
  }

  private static Headers withoutHop(Headers headers) {
    var named =
        headers
            .elements("Connection")
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return new Headers(
        headers.fields().stream()
            .filter(
                field -> {
                  var name = field.name().toLowerCase(Locale.ROOT);
                  return !ONE_HOP.contains(name) && !named.contains(name);
                })
            .toList());
  }

  /// A body of unknown length goes in chunks. HTTP/2 needs not tell whether there is a body.
  private static Headers withFraming(Exchange exchange, Headers headers) {
    var method = exchange.method();
    boolean bodiless = method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    boolean chunked =
        exchange.headers().lists("Transfer-Encoding", "chunked")
            || (exchange.http2() && !bodiless && !headers.contains("Content-Length"));
    return chunked ? headers.with("Transfer-Encoding", "chunked") : headers;
  }
}
