package io.kubejar.simulation.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.http.Exchange;
import io.kubejar.http.SpdySession;
import io.kubejar.kubelet.log.LogOptions;
import io.kubejar.kubelet.log.LogOutput;
import io.kubejar.kubelet.server.NotServed;
import io.kubejar.kubelet.server.Query;
import io.kubejar.kubelet.server.Route;
import io.kubejar.kubelet.server.Streams;
import io.kubejar.simulation.nodes.ExecHandler;
import io.kubejar.simulation.nodes.NodeFleet;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.List;

/// `/exec/{namespace}/{pod}/{container}`, which the pod's script answers, and `/attach/…`, which
/// shows what the container prints from now on. A uid may stand before the container.
record ExecRoute(NodeFleet fleet) implements Route {
  private static final String SPDY_PROTOCOL = "v4.channel.k8s.io";

  @Override
  public void serve(Exchange exchange, List<String> path, Query query)
      throws NotServed, IOException, InterruptedException {
    if (path.size() < 4) {
      throw NotServed.unknownPath();
    }
    var pod = Pods.find(fleet, path.get(1), path.get(2));
    var name = path.getLast();
    var run =
        Run.current(pod, name)
            .orElseThrow(() -> new NotServed(404, "container not found (\"" + name + "\")"));
    var order =
        path.getFirst().equals("exec")
            ? order(pod, name, query, Streams.of(query, query.is("tty")).any(), exec(pod))
            : order(pod, name, query, Streams.of(query, terminal(pod, name)), attach(pod, run));
    if (Upgrades.isWebSocket(exchange)) {
      try (var socket = Upgrades.webSocket(exchange, SocketCommand.PROTOCOLS)) {
        SocketCommand.converse(socket, order);
      }
    } else {
      try (var connection = Upgrades.spdy(exchange, SPDY_PROTOCOL)) {
        SpdyCommand.converse(SpdySession.server(connection), order);
      }
    }
  }

  private static Command.Order order(
      Pod pod, String container, Query query, Streams streams, ExecHandler handler) {
    var metadata = pod.metadata();
    return new Command.Order(
        metadata.namespace(), metadata.name(), container, query.all("command"), streams, handler);
  }

  private static boolean terminal(Pod pod, String container) {
    return pod.spec().containers().stream().anyMatch(it -> it.name().equals(container) && it.tty());
  }

  private ExecHandler exec(Pod pod) {
    var handler = fleet.script(pod).exec();
    return handler != null
        ? handler
        : _ -> {
          throw new IOException("this pod is simulated, and no script of it answers commands");
        };
  }

  /// The moment of the request counts, not that at which the streams are there.
  private ExecHandler attach(Pod pod, Run run) {
    var reader = new LogReader(fleet, pod, run, LogOptions.ALL);
    var now = reader.end();
    return call -> {
      reader.follow(now, new LogOutput(LogOptions.ALL, new BufferedOutputStream(call.stdout())));
      return 0;
    };
  }
}
