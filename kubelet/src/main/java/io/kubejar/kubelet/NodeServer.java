package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.cri.CriException;
import io.kubejar.http.Headers;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.kubelet.server.KubeletServer;
import io.kubejar.kubelet.server.NotServed;
import io.kubejar.kubelet.server.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this node's HTTPS server answers: logs, exec, attach, port-forward, pods, metrics.
final class NodeServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeServer.class);

  private final PodWorkers workers;
  private final KubeletServer server;

  private NodeServer(KubeletOptions options, TlsSource tls, NodeParts parts, PodWorkers workers)
      throws IOException {
    this.workers = workers;
    var logs = new NodeLogs(workers, parts.clock());
    var streams = guarded(new NodeStreams(workers, parts.cri())::serve);
    var stats = new NodeStats(workers, parts);
    var routes =
        Map.<String, Route>of(
            "pods",
            (exchange, _, _) ->
                exchange.reply(200, Headers.of("Content-Type", "application/json"), pods()),
            "containerLogs",
            logs::serve,
            "exec",
            streams,
            "attach",
            streams,
            "portForward",
            streams,
            "run",
            streams,
            "metrics",
            (exchange, _, _) -> exchange.reply(200, "text/plain; version=0.0.4", stats.metrics()),
            "stats",
            guarded((exchange, _, _) -> exchange.reply(200, "application/json", stats.summary())));
    server = KubeletServer.start(options.listen(), tls, routes);
  }

  static NodeServer start(
      KubeletOptions options, TlsSource tls, NodeParts parts, PodWorkers workers)
      throws IOException {
    return new NodeServer(options, tls, parts, workers);
  }

  int port() {
    return server.port();
  }

  /// A runtime that fails is no failure of the server.
  private static Route guarded(Route route) {
    return (exchange, path, query) -> {
      try {
        route.serve(exchange, path, query);
      } catch (CriException e) {
        log.warn("request path={} failed: {}", exchange.rawPath(), e.getMessage());
        throw new NotServed(500, String.valueOf(e.getMessage()));
      }
    };
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

  @Override
  public void close() {
    server.close();
  }
}
