package io.kubejar.simulation.kubelet;

import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.PeerGoneException;
import io.kubejar.kubelet.server.NotServed;
import io.kubejar.kubelet.server.Query;
import io.kubejar.kubelet.server.Route;
import io.kubejar.simulation.nodes.NodeFleet;
import java.io.IOException;
import java.util.List;

/// `/containerLogs/{namespace}/{pod}/{container}`.
record LogRoute(NodeFleet fleet) implements Route {
  @Override
  public void serve(Exchange exchange, List<String> path, Query query)
      throws NotServed, IOException, InterruptedException {
    if (path.size() != 4) {
      throw NotServed.unknownPath();
    }
    var pod = Pods.find(fleet, path.get(1), path.get(2));
    var options = query.log(fleet.clock().instant());
    var run = Run.wanted(pod, path.get(3), query.is("previous"));
    exchange.onCancel(Thread.currentThread()::interrupt);
    try (var out = exchange.stream(200, Headers.of("Content-Type", "text/plain; charset=utf-8"))) {
      out.flush();
      new LogReader(fleet, pod, run, options).copyTo(out);
    } catch (PeerGoneException _) {
      return; // Whoever followed the log has seen enough.
    }
  }
}
