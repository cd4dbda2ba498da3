package io.kubejar.kubelet.env;

import io.kubejar.api.core.v1.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The variables that tell a container of the Services of its namespace, in the style of Docker
/// links.
final class ServiceEnvironment {
  private ServiceEnvironment() {}

  static Map<String, String> of(List<Service> services) {
    var out = new LinkedHashMap<String, String>();
    for (var service : services) {
      String ip = service.spec().clusterIP();
      if (!ip.isEmpty() && !ip.equals("None") && !service.spec().ports().isEmpty()) {
        add(service, ip, out);
      }
    }
    return out;
  }

  private static void add(Service service, String ip, Map<String, String> out) {
    String name = name(service.metadata().name());
    var ports = service.spec().ports();
    out.put(name + "_SERVICE_HOST", ip);
    out.put(name + "_SERVICE_PORT", Integer.toString(ports.getFirst().port()));
    for (var port : ports) {
      if (!port.name().isEmpty()) {
        out.put(name + "_SERVICE_PORT_" + name(port.name()), Integer.toString(port.port()));
      }
    }
    for (int i = 0; i < ports.size(); i++) {
      var port = ports.get(i);
      String protocol = port.protocol().isEmpty() ? "TCP" : port.protocol();
      String lower = protocol.toLowerCase(Locale.ROOT);
      String host = ip.contains(":") ? "[" + ip + "]" : ip;
      String url = lower + "://" + host + ":" + port.port();
      String prefix = name + "_PORT_" + port.port() + "_" + protocol.toUpperCase(Locale.ROOT);
      if (i == 0) {
        out.put(name + "_PORT", url);
      }
      out.put(prefix, url);
      out.put(prefix + "_PROTO", lower);
      out.put(prefix + "_PORT", Integer.toString(port.port()));
      out.put(prefix + "_ADDR", ip);
    }
  }

  private static String name(String text) {
    return text.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
