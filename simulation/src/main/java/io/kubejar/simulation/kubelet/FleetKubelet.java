package io.kubejar.simulation.kubelet;

import io.kubejar.http.tls.TlsSource;
import io.kubejar.kubelet.server.KubeletServer;
import io.kubejar.kubelet.server.Route;
import io.kubejar.simulation.nodes.NodeFleet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/// The HTTPS server that answers for the kubelets of all nodes of a fleet.
public final class FleetKubelet implements AutoCloseable {
  private final KubeletServer server;

  private FleetKubelet(KubeletServer server) {
    this.server = server;
  }

  /// Serves, and makes the nodes say where.
  ///
  /// @param listen an address that API servers reach, as all nodes have the loopback's
  /// @param tls its certificate, and who signs those of API servers
  public static FleetKubelet start(NodeFleet fleet, InetSocketAddress listen, TlsSource tls)
      throws IOException {
    var streams = new ExecRoute(fleet);
    var usage = new UsageRoute(fleet);
    var routes =
        Map.<String, Route>of(
            "containerLogs", new LogRoute(fleet),
            "exec", streams,
            "attach", streams,
            "portForward", new PortRoute(fleet),
            "stats", usage,
            "metrics", usage);
    var server = KubeletServer.start(listen, tls, routes);
    fleet.reachedAt(server.port());
    return new FleetKubelet(server);
  }

  @Override
  public void close() {
    server.close();
  }
}
