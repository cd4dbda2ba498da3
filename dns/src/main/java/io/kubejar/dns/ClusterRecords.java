package io.kubejar.dns;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Informer;
import io.kubejar.client.Informers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The objects that names are made of, found by what is asked for. Safe for use by many threads.
final class ClusterRecords {
  private static final String SERVICE_LABEL = "kubernetes.io/service-name";
  private static final String BY_SERVICE = "dns-service";
  private static final String BY_ADDRESS = "dns-address";

  private final Informer<Namespace> namespaces;
  private final Informer<Service> services;
  private final Informer<EndpointSlice> slices;

  ClusterRecords(Informers informers) {
    namespaces = informers.informer(Namespace.RESOURCE);
    services = informers.informer(Service.RESOURCE);
    slices = informers.informer(EndpointSlice.RESOURCE);
    services.addIndex(BY_ADDRESS, ClusterRecords::clusterAddresses);
    slices.addIndex(
        BY_SERVICE, slice -> serviceOf(slice).map(ObjectKey::toString).stream().toList());
    slices.addIndex(BY_ADDRESS, ClusterRecords::endpointAddresses);
  }

  /// Whether everything is known that there is. Before, a "no" could be wrong.
  boolean synced() {
    return namespaces.synced() && services.synced() && slices.synced();
  }

  boolean namespaceExists(String namespace) {
    return namespaces.find(new ObjectKey("", namespace)).isPresent();
  }

  Optional<Service> service(String namespace, String name) {
    return services.find(new ObjectKey(namespace, name));
  }

  Optional<Service> serviceByAddress(InetAddress address) {
    return services.byIndex(BY_ADDRESS, address.getHostAddress()).stream().findFirst();
  }

  List<EndpointSlice> slices(Service service) {
    return slices.byIndex(BY_SERVICE, ObjectKey.of(service).toString());
  }

  /// The headless Services with an endpoint of this address.
  List<Service> servicesByEndpoint(InetAddress address) {
    return slices.byIndex(BY_ADDRESS, address.getHostAddress()).stream()
        .flatMap(slice -> serviceOf(slice).stream())
        .distinct()
        .flatMap(key -> services.find(key).stream())
        .filter(service -> service.spec().clusterIP().equals("None"))
        .toList();
  }

  /// The addresses of a Service in the cluster; none if it is headless.
  static List<String> clusterAddresses(Service service) {
    var spec = service.spec();
    var all = spec.clusterIPs().isEmpty() ? List.of(spec.clusterIP()) : spec.clusterIPs();
    return all.stream()
        .filter(address -> !address.isEmpty() && !address.equals("None"))
        .map(address -> Addresses.parse(address).getHostAddress())
        .toList();
  }

  private static List<String> endpointAddresses(EndpointSlice slice) {
    var addresses = new ArrayList<String>();
    if (!slice.addressType().equals("FQDN")) {
      for (var endpoint : slice.endpoints()) {
        endpoint
            .addresses()
            .forEach(address -> addresses.add(Addresses.parse(address).getHostAddress()));
      }
    }
    return addresses;
  }

  private static Optional<ObjectKey> serviceOf(EndpointSlice slice) {
    return Optional.ofNullable(slice.metadata().labels().get(SERVICE_LABEL))
        .map(name -> new ObjectKey(slice.metadata().namespace(), name));
  }
}
