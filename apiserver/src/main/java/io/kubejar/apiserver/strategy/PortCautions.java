package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Ports of a pod's containers that get in each other's way.
final class PortCautions {
  private final Map<String, List<Placed>> known = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> nameWarnings = new ArrayList<>();

  private record Placed(String path, ContainerPort port) {}

  void add(String path, Container container) {
    for (int i = 0; i < container.ports().size(); i++) {
      var placed = new Placed(path + ".ports[" + i + "]", container.ports().get(i));
      port(placed);
      name(placed);
    }
  }

  /// All of ports, then all of their names.
  void addTo(List<String> all) {
    all.addAll(warnings);
    all.addAll(nameWarnings);
  }

  private void port(Placed placed) {
    var port = placed.port();
    if (!port.hostIP().isEmpty() && port.hostPort() == 0) {
      warnings.add(placed.path() + ": hostIP set without hostPort: " + shown(port));
    }
    var others =
        known.computeIfAbsent(port.containerPort() + "/" + port.protocol(), _ -> new ArrayList<>());
    for (var other : others) {
      conflict(port, other.port(), placed.path(), other.path());
    }
    others.add(placed);
  }

  private void conflict(ContainerPort port, ContainerPort other, String at, String otherAt) {
    boolean sameHostPort = port.hostPort() == other.hostPort();
    if (sameHostPort && port.hostIP().equals(other.hostIP())) {
      warnings.add(at + ": duplicate port definition with " + otherAt);
    } else if (port.hostPort() == 0 || other.hostPort() == 0) {
      warnings.add(at + ": overlapping port definition with " + otherAt);
    } else if (sameHostPort && port.hostIP().isEmpty() != other.hostIP().isEmpty()) {
      warnings.add(at + ": dangerously ambiguous port definition with " + otherAt);
    }
  }

  private void name(Placed placed) {
    var name = placed.port().name();
    var other = name.isEmpty() ? null : names.putIfAbsent(name, placed.path());
    if (other != null) {
      nameWarnings.add(
          placed.path()
              + ": duplicate port name \""
              + name
              + "\" with "
              + other
              + ", services and probes that select ports by name will use "
              + other);
    }
  }

  /// As Go prints it.
  private static String shown(ContainerPort port) {
    return "{Name:%s HostPort:%d ContainerPort:%d Protocol:%s HostIP:%s}"
        .formatted(
            port.name(), port.hostPort(), port.containerPort(), port.protocol(), port.hostIP());
  }
}
