package io.kubejar.apiserver.connect;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodIP;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.verbs.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Finds somebody who answers for a Service: this server needs no rules of a node for that. Reads
/// the caches as they are.
public final class ReadyEndpoints {
  private static final String SERVICE_LABEL = "kubernetes.io/service-name";
  private static final Set<String> ROUTED = Set.of("ClusterIP", "NodePort", "LoadBalancer");

  private final Resources resources;
  private final RandomGenerator random;

  /// Where one endpoint listens.
  public record Address(String address, int port) {}

  public ReadyEndpoints(Resources resources, RandomGenerator random) {
    this.resources = resources;
    this.random = random;
  }

  /// An endpoint for a port number of a Service; for one that only names another host, that host.
  ///
  /// @throws ApiException 404 without the Service, 503 without such a port or a ready endpoint
  public Address find(ObjectKey key, int port) {
    var service =
        service(key)
            .orElseThrow(() -> ApiException.notFound(Service.RESOURCE.groupResource(), key.name()));
    if (service.spec().type().equals("ExternalName")) {
      return new Address(service.spec().externalName(), port);
    }
    if (!ROUTED.contains(service.spec().type())) {
      throw ApiException.unexplained("unsupported service type \"" + service.spec().type() + '"');
    }
    var name =
        service.spec().ports().stream()
            .filter(it -> it.port() == port)
            .map(ServicePort::name)
            .findFirst()
            .orElseThrow(() -> noPort(service, Integer.toString(port)));
    return random(service, name, _ -> true);
  }

  public Optional<Service> service(ObjectKey key) {
    return cache(Service.RESOURCE).get(key).map(Stored::object);
  }

  /// An endpoint for a port name that is a pod of the Service's namespace: what users write into
  /// EndpointSlices must not lead them anywhere.
  Address ofPods(Service service, String portName) {
    var namespace = service.metadata().namespace();
    return random(service, portName, endpoint -> isPod(endpoint, namespace));
  }

  static ApiException noPort(Service service, String port) {
    return ApiException.serviceUnavailable(
        "no service port " + port + " found for service \"" + service.metadata().name() + '"');
  }

  /// The slices of a Service, in no order.
  public List<EndpointSlice> slices(ObjectKey service) {
    return cache(EndpointSlice.RESOURCE)
        .list(Selection.<EndpointSlice>namespace(service.namespace()))
        .objects()
        .stream()
        .map(Stored::object)
        .filter(slice -> service.name().equals(slice.metadata().labels().get(SERVICE_LABEL)))
        .toList();
  }

  private Address random(Service service, String portName, Predicate<Endpoint> fits) {
    for (var slice : inOrder(service)) {
      for (var port : slice.ports()) {
        var found = isNamed(port, portName) ? anyReady(slice, fits) : Optional.<Endpoint>empty();
        if (found.isPresent()) {
          int number = Objects.requireNonNull(port.port());
          return new Address(found.get().addresses().getFirst(), number);
        }
      }
    }
    throw ApiException.serviceUnavailable(
        "no endpoints available for service \"" + service.metadata().name() + '"');
  }

  /// The Service's first family first, otherwise by chance.
  private List<EndpointSlice> inOrder(Service service) {
    var slices = new ArrayList<>(slices(ObjectKey.of(service)));
    Collections.shuffle(slices, java.util.Random.from(random));
    var families = service.spec().ipFamilies();
    if (!families.isEmpty()) {
      slices.sort(
          java.util.Comparator.comparing(
              slice -> !slice.addressType().equals(families.getFirst())));
    }
    return slices;
  }

  private static boolean isNamed(EndpointPort port, String name) {
    return name.equals(port.name() == null ? "" : port.name()) && port.port() != null;
  }

  private Optional<Endpoint> anyReady(EndpointSlice slice, Predicate<Endpoint> fits) {
    var endpoints = slice.endpoints();
    int offset = endpoints.isEmpty() ? 0 : random.nextInt(endpoints.size());
    for (int i = 0; i < endpoints.size(); i++) {
      var endpoint = endpoints.get((i + offset) % endpoints.size());
      if (isReady(endpoint) && !endpoint.addresses().isEmpty() && fits.test(endpoint)) {
        return Optional.of(endpoint);
      }
    }
    return Optional.empty();
  }

  /// Endpoints that do not say count as ready.
  public static boolean isReady(Endpoint endpoint) {
    var ready = endpoint.conditions().ready();
    return ready == null || ready;
  }

  private boolean isPod(Endpoint endpoint, String namespace) {
    var target = endpoint.targetRef();
    if (target == null || !namespace.equals(target.namespace())) {
      return false;
    }
    var address = endpoint.addresses().getFirst();
    return cache(Pod.RESOURCE)
        .get(new ObjectKey(namespace, target.name()))
        .map(pod -> pod.object().status().podIPs().stream().map(PodIP::ip).toList())
        .filter(addresses -> addresses.contains(address))
        .isPresent();
  }

  private <T extends KubernetesObject> ResourceCache<T> cache(ResourceType<T> type) {
    return resources.stored(type).registry().cache();
  }
}
