package io.kubejar.apiserver.webhook;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/// Picks a ready endpoint of a Service at random, so that neither cluster addresses nor a service
/// proxy need to work where this server runs. Upstream does so with `--enable-aggregator-routing`.
public final class EndpointResolver implements ServiceResolver {
  private static final GroupResource SERVICE = new GroupResource("", "service");
  private static final String SERVICE_LABEL = "kubernetes.io/service-name";

  private final Registry<Service> services;
  private final Registry<EndpointSlice> slices;
  private final RandomGenerator random;

  public EndpointResolver(
      Registry<Service> services, Registry<EndpointSlice> slices, RandomGenerator random) {
    this.services = services;
    this.slices = slices;
    this.random = random;
  }

  @Override
  public InetSocketAddress resolve(String namespace, String name, int port) {
    var service =
        services
            .cache()
            .get(new ObjectKey(namespace, name))
            .map(Stored::object)
            .orElseThrow(() -> ApiException.notFound(SERVICE, name));
    var spec = service.spec();
    if (spec.type().equals("ExternalName")) {
      return InetSocketAddress.createUnresolved(spec.externalName(), port);
    }
    var servicePort = port(service, port);
    var family = spec.ipFamilies().isEmpty() ? "" : spec.ipFamilies().getFirst();
    for (var slice : shuffled(namespace, name, family)) {
      var found = endpoint(slice, servicePort);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw ApiException.serviceUnavailable("no endpoints available for service \"" + name + "\"");
  }

  private static ServicePort port(Service service, int port) {
    return service.spec().ports().stream()
        .filter(each -> each.port() == port)
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.serviceUnavailable(
                    "no service port "
                        + port
                        + " found for service \""
                        + service.metadata().name()
                        + "\""));
  }

  /// The slices of the Service, those of its first address family first.
  private List<EndpointSlice> shuffled(String namespace, String name, String family) {
    var found = new ArrayList<EndpointSlice>();
    for (var stored :
        slices.cache().list(Selection.<EndpointSlice>namespace(namespace)).objects()) {
      if (name.equals(stored.object().metadata().labels().get(SERVICE_LABEL))) {
        found.add(stored.object());
      }
    }
    Collections.shuffle(found, Random.from(random));
    found.sort(Comparator.comparing(slice -> !slice.addressType().equals(family)));
    return found;
  }

  private Optional<InetSocketAddress> endpoint(EndpointSlice slice, ServicePort wanted) {
    for (var port : slice.ports()) {
      var number = port.port();
      boolean named = wanted.name().equals(port.name() == null ? "" : port.name());
      var ready = slice.endpoints().stream().filter(EndpointResolver::isReady).toList();
      if (named && number != null && !ready.isEmpty()) {
        var chosen = ready.get(random.nextInt(ready.size()));
        return Optional.of(new InetSocketAddress(chosen.addresses().getFirst(), number));
      }
    }
    return Optional.empty();
  }

  private static boolean isReady(Endpoint endpoint) {
    return !Boolean.FALSE.equals(endpoint.conditions().ready()) && !endpoint.addresses().isEmpty();
  }
}
