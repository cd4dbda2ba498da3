package io.kubejar.scheduler.framework;

import io.kubejar.api.core.v1.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A port of the node that a pod wants for itself.
public record HostPort(String ip, String protocol, int port) {
  private static final String ALL_ADDRESSES = "0.0.0.0";

  /// The ports of a pod's containers and sidecars.
  static List<HostPort> of(Pod pod) {
    var found = new ArrayList<HostPort>();
    var sidecars =
        pod.spec().initContainers().stream().filter(c -> "Always".equals(c.restartPolicy()));
    Stream.concat(pod.spec().containers().stream(), sidecars)
        .flatMap(container -> container.ports().stream())
        .filter(port -> port.hostPort() > 0)
        .map(
            port ->
                new HostPort(
                    port.hostIP().isEmpty() ? ALL_ADDRESSES : port.hostIP(),
                    port.protocol().isEmpty() ? "TCP" : port.protocol(),
                    port.hostPort()))
        .forEach(found::add);
    return List.copyOf(found);
  }

  /// Whether both cannot be had on the same node.
  public boolean conflictsWith(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (ip.equals(other.ip) || ip.equals(ALL_ADDRESSES) || other.ip.equals(ALL_ADDRESSES));
  }
}
