package io.kubejar.simulation.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.http.Exchange;
import io.kubejar.http.SpdySession;
import io.kubejar.kubelet.server.NotServed;
import io.kubejar.kubelet.server.Query;
import io.kubejar.kubelet.server.Route;
import io.kubejar.simulation.nodes.NodeFleet;
import java.io.IOException;
import java.util.List;

/// `/portForward/{namespace}/{pod}`, which the pod's script answers.
record PortRoute(NodeFleet fleet) implements Route {
  private static final String PROTOCOL = "portforward.k8s.io";

  @Override
  public void serve(Exchange exchange, List<String> path, Query query)
      throws NotServed, IOException, InterruptedException {
    if (path.size() < 3) {
      throw NotServed.unknownPath();
    }
    var pod = Pods.find(fleet, path.get(1), path.get(2));
    if (!pod.status().phase().equals("Running")) {
      throw new NotServed(404, "pod not found");
    }
    var ports = ports(pod);
    if (Upgrades.isWebSocket(exchange)) {
      var wanted = query.ports();
      try (var socket = Upgrades.webSocket(exchange, SocketPorts.PROTOCOLS)) {
        SocketPorts.converse(socket, ports, wanted);
      }
    } else {
      try (var connection = Upgrades.spdy(exchange, PROTOCOL)) {
        SpdyPorts.converse(SpdySession.server(connection), ports);
      }
    }
  }

  private Forwarded.Ports ports(Pod pod) {
    var handler = fleet.script(pod).ports();
    return new Forwarded.Ports(
        pod.metadata().namespace(),
        pod.metadata().name(),
        handler != null
            ? handler
            : _ -> {
              throw new IOException("this pod is simulated, and no script of it answers ports");
            });
  }
}
