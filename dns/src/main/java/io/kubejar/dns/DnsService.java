package io.kubejar.dns;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointConditions;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// The Service under which pods find the DNS: `kube-dns` in `kube-system`, with an address that is
/// known beforehand.
///
/// The server listens on an address and port of the machine; the Service has no selector, and its
/// one EndpointSlice points there. So the proxy's ordinary rules lead to it, and whoever prefers
/// another DNS gives the Service a selector.
public record DnsService(String clusterAddress, InetSocketAddress server) {
  private static final String NAMESPACE = "kube-system";
  private static final String NAME = "kube-dns";
  private static final int PORT = 53;
  private static final Map<String, String> LABELS =
      Map.of(
          "k8s-app", "kube-dns",
          "kubernetes.io/cluster-service", "true",
          "kubernetes.io/name", "CoreDNS");

  /// Creates the Service and its endpoints, or brings the endpoints up to date. The namespace must
  /// exist.
  public void publish(Client client) throws InterruptedException {
    createOrKeep(client, Service.RESOURCE, service());
    var slice = endpoints();
    var key = ObjectKey.of(slice);
    var known = client.find(EndpointSlice.RESOURCE, key);
    if (known.isEmpty()) {
      createOrKeep(client, EndpointSlice.RESOURCE, slice);
    } else if (!known.get().endpoints().equals(slice.endpoints())
        || !known.get().ports().equals(slice.ports())) {
      client.update(
          EndpointSlice.RESOURCE,
          known.get().withEndpoints(slice.endpoints()).withPorts(slice.ports()));
    }
  }

  static <T extends KubernetesObject> void createOrKeep(
      Client client, ResourceType<T> type, T object) throws InterruptedException {
    try {
      if (client.find(type, ObjectKey.of(object)).isEmpty()) {
        client.create(type, object);
      }
    } catch (ApiException refused) {
      if (!refused.isAlreadyExists()) {
        throw refused;
      }
    }
  }

  Service service() {
    return Service.builder()
        .metadata(ObjectMeta.builder().namespace(NAMESPACE).name(NAME).labels(LABELS).build())
        .spec(
            ServiceSpec.builder()
                .type("ClusterIP")
                .clusterIP(clusterAddress)
                .clusterIPs(List.of(clusterAddress))
                .ports(List.of(port("dns", "UDP"), port("dns-tcp", "TCP")))
                .build())
        .build();
  }

  EndpointSlice endpoints() {
    var address = server.getAddress().getHostAddress();
    return EndpointSlice.builder()
        .metadata(
            ObjectMeta.builder()
                .namespace(NAMESPACE)
                .name(NAME + "-kubejar")
                .labels(
                    Map.of(
                        "kubernetes.io/service-name",
                        NAME,
                        "endpointslice.kubernetes.io/managed-by",
                        "dns.kubejar.io"))
                .build())
        .addressType(address.contains(":") ? "IPv6" : "IPv4")
        .ports(List.of(endpointPort("dns", "UDP"), endpointPort("dns-tcp", "TCP")))
        .endpoints(
            List.of(
                Endpoint.builder()
                    .addresses(List.of(address))
                    .conditions(
                        EndpointConditions.builder()
                            .ready(true)
                            .serving(true)
                            .terminating(false)
                            .build())
                    .build()))
        .build();
  }

  private static ServicePort port(String name, String protocol) {
    return ServicePort.builder()
        .name(name)
        .protocol(protocol)
        .port(PORT)
        .targetPort(IntOrString.of(PORT))
        .build();
  }

  private EndpointPort endpointPort(String name, String protocol) {
    return EndpointPort.builder().name(name).protocol(protocol).port(server.getPort()).build();
  }
}
