package io.kubejar.kubelet.server;

import io.kubejar.http.Exchange;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A kubelet's HTTPS server, for the API server and administrators and for nobody else; whether it
/// is healthy it tells everybody.
public final class KubeletServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Map<String, Route> routes;
  private final HttpServer server;

  private KubeletServer(InetSocketAddress listen, TlsSource tls, Map<String, Route> routes)
      throws IOException {
    this.routes = Map.copyOf(routes);
    this.server = HttpServer.start(ServerOptions.https(listen, tls), this::handle);
  }

  /// @param tls its certificate, and who signs those of its clients
  /// @param routes by the first word of the path
  public static KubeletServer start(
      InetSocketAddress listen, TlsSource tls, Map<String, Route> routes) throws IOException {
    return new KubeletServer(listen, tls, routes);
  }

  public int port() {
    return server.address().getPort();
  }

  private void handle(Exchange exchange) throws Exception {
    var path = segments(exchange.rawPath());
    String first = path.isEmpty() ? "" : path.getFirst();
    if (first.equals("healthz")) {
      exchange.reply(200, TEXT, "ok");
      return;
    }
    if (!NodeAccess.allows(exchange.peerCertificates())) {
      boolean known = !exchange.peerCertificates().isEmpty();
      exchange.reply(known ? 403 : 401, TEXT, known ? "Forbidden" : "Unauthorized");
      return;
    }
    try {
      var route = routes.get(first);
      if (route == null) {
        throw NotServed.unknownPath();
      }
      route.serve(exchange, path, Query.of(exchange.rawQuery()));
    } catch (NotServed e) {
      exchange.reply(e.status(), TEXT, String.valueOf(e.getMessage()));
    }
  }

  private static List<String> segments(String rawPath) {
    return Stream.of(rawPath.split("/", -1))
        .filter(part -> !part.isEmpty())
        .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
