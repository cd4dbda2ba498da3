package io.kubejar.standalone.conformance;

import io.kubejar.http.HttpServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;

/// A server of this process behind a Service, in the place of upstream's pods.
///
/// @param port the one by which the Service is named to the API server
record LocalService(String namespace, String name, int port) {
  private static final int PORT = 8443;

  /// Where such a server listens: at an address that an EndpointSlice may name, or at the
  /// loopback's on a machine that has no other.
  static InetAddress address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(it -> it instanceof Inet4Address)
        .filter(it -> !it.isLoopbackAddress() && !it.isLinkLocalAddress())
        .findFirst()
        .orElseGet(InetAddress::getLoopbackAddress);
  }

  static LocalService make(Api api, String name, HttpServer server)
      throws IOException, InterruptedException {
    var address = server.address();
    if (address.getAddress().isLoopbackAddress()) {
      api.create(
          api.core("services"),
          """
          apiVersion: v1
          kind: Service
          metadata: {name: %s}
          spec: {type: ExternalName, externalName: localhost}
          """
              .formatted(name));
      return new LocalService(api.namespace(), name, address.getPort());
    }
    api.create(
        api.core("services"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec: {ports: [{name: https, port: %d}]}
        """
            .formatted(name, PORT));
    api.create(
        api.path("discovery.k8s.io/v1", "endpointslices"),
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: %1$s, labels: {kubernetes.io/service-name: %1$s}}
        addressType: IPv4
        ports: [{name: https, port: %2$d}]
        endpoints: [{addresses: ['%3$s']}]
        """
            .formatted(name, address.getPort(), address.getAddress().getHostAddress()));
    return new LocalService(api.namespace(), name, PORT);
  }
}
