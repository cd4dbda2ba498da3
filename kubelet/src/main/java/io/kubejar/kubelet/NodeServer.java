package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.cri.CriException;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's HTTPS server, for the API server and for nobody else: logs, exec, attach,
/// port-forward, pods, health, metrics.
final class NodeServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeServer.class);
  private static final String TEXT = "text/plain; charset=utf-8";

  private final PodWorkers workers;
  private final NodeLogs logs;
  private final NodeStreams streams;
  private final NodeStats stats;
  private final HttpServer server;

  private NodeServer(KubeletOptions options, TlsSource tls, NodeParts parts, PodWorkers workers)
      throws IOException {
    this.workers = workers;
    this.logs = new NodeLogs(workers, parts.clock());
    this.streams = new NodeStreams(workers, parts.cri());
    this.stats = new NodeStats(workers, parts);
    this.server = HttpServer.start(ServerOptions.https(options.listen(), tls), this::handle);
  }

  static NodeServer start(
      KubeletOptions options, TlsSource tls, NodeParts parts, PodWorkers workers)
      throws IOException {
    return new NodeServer(options, tls, parts, workers);
  }

  int port() {
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
      route(exchange, path, first);
    } catch (NotServed e) {
      exchange.reply(e.status, TEXT, String.valueOf(e.getMessage()));
    } catch (CriException e) {
      log.warn("request path={} failed: {}", exchange.rawPath(), e.getMessage());
      exchange.reply(500, TEXT, String.valueOf(e.getMessage()));
    }
  }

  private void route(Exchange exchange, List<String> path, String first)
      throws NotServed, IOException, InterruptedException {
    var query = Query.of(exchange.rawQuery());
    switch (first) {
      case "pods" -> exchange.reply(200, Headers.of("Content-Type", "application/json"), pods());
      case "containerLogs" -> logs.serve(exchange, path, query);
      case "exec", "attach", "portForward", "run" -> streams.serve(exchange, path, query);
      case "metrics" -> exchange.reply(200, "text/plain; version=0.0.4", stats.metrics());
      case "stats" -> exchange.reply(200, "application/json", stats.summary());
      default -> throw new NotServed(404, "404 page not found");
    }
  }

  private byte[] pods() {
    String items =
        workers.all().stream()
            .map(worker -> new String(Pod.CODEC.toJson(worker.pod()), StandardCharsets.UTF_8))
            .collect(Collectors.joining(","));
    String list =
        "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[" + items + "]}";
    return list.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> segments(String rawPath) {
    return Stream.of(rawPath.split("/", -1))
        .filter(part -> !part.isEmpty())
        .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }

  /// A request that cannot be served, and why.
  static final class NotServed extends Exception {
    private static final long serialVersionUID = 1L;

    final int status;

    NotServed(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  /// The parameters of a request, in their order.
  record Query(List<Parameter> parameters) {
    record Parameter(String name, String value) {}

    static Query of(String raw) {
      var parameters = new ArrayList<Parameter>();
      for (String pair : raw.split("&", -1)) {
        if (!pair.isEmpty()) {
          String[] parts = pair.split("=", 2);
          parameters.add(
              new Parameter(
                  URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                  parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8)));
        }
      }
      return new Query(List.copyOf(parameters));
    }

    String first(String name) {
      return parameters.stream()
          .filter(one -> one.name().equals(name))
          .map(Parameter::value)
          .findFirst()
          .orElse("");
    }

    List<String> all(String name) {
      return parameters.stream()
          .filter(one -> one.name().equals(name))
          .map(Parameter::value)
          .toList();
    }

    boolean is(String... names) {
      return Stream.of(names)
          .anyMatch(name -> first(name).equals("true") || first(name).equals("1"));
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
