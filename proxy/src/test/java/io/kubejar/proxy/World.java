package io.kubejar.proxy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointConditions;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.Informers;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Together;
import io.kubejar.client.testing.FakeInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Services and endpoints that a test sets, with a proxy that it steps.
public final class World implements ComponentRuntime, Informers {
  public final VirtualClock clock = new VirtualClock();
  public final FakeInformer<Service> services = new FakeInformer<>();
  public final FakeInformer<EndpointSlice> slices = new FakeInformer<>();
  private final List<Steppable> parts = new ArrayList<>();

  /// A Service with one port, 80, named `http`.
  public static Service service(String name, String address, UnaryOperator<ServiceSpec> change) {
    return service(name, address, "TCP", change);
  }

  public static Service service(
      String name, String address, String protocol, UnaryOperator<ServiceSpec> change) {
    var port =
        ServicePort.builder()
            .name("http")
            .protocol(protocol)
            .port(80)
            .targetPort(IntOrString.of(8080))
            .build();
    return Service.builder()
        .metadata(ObjectMeta.builder().namespace("default").name(name).build())
        .spec(
            change.apply(
                ServiceSpec.builder()
                    .type("ClusterIP")
                    .clusterIP(address)
                    .clusterIPs(List.of(address))
                    .ports(List.of(port))
                    .build()))
        .build();
  }

  public static UnaryOperator<ServiceSpec> nodePort(int number) {
    return spec ->
        spec.withType("NodePort").withPorts(List.of(spec.ports().getFirst().withNodePort(number)));
  }

  public static EndpointSlice slice(String service, Endpoint... endpoints) {
    return slice(service, "TCP", endpoints);
  }

  public static EndpointSlice slice(String service, String protocol, Endpoint... endpoints) {
    return EndpointSlice.builder()
        .metadata(
            ObjectMeta.builder()
                .namespace("default")
                .name(service + "-x")
                .labels(Map.of("kubernetes.io/service-name", service))
                .build())
        .addressType("IPv4")
        .ports(List.of(EndpointPort.builder().name("http").protocol(protocol).port(8080).build()))
        .endpoints(List.of(endpoints))
        .build();
  }

  public static Endpoint ready(String address) {
    return endpoint(address, "n1", true, false);
  }

  public static Endpoint ending(String address) {
    return endpoint(address, "n1", false, true);
  }

  public static Endpoint endpoint(
      String address, String node, boolean ready, @Nullable Boolean ending) {
    return Endpoint.builder()
        .addresses(List.of(address))
        .nodeName(node)
        .conditions(
            EndpointConditions.builder().ready(ready).serving(true).terminating(ending).build())
        .build();
  }

  public void run() throws InterruptedException {
    for (boolean worked = true; worked; ) {
      worked = false;
      for (var part : parts) {
        worked |= part.step();
      }
    }
  }

  @Override
  public Informers informers() {
    return this;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends KubernetesObject> Informer<T> informer(
      ResourceType<T> type, ListOptions selection) {
    return (Informer<T>) (type.type() == Service.class ? services : slices);
  }

  @Override
  public void forget(ResourceType<?> type) {
    throw new UnsupportedOperationException("a proxy watches what it always watches: " + type);
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public void add(String name, Steppable part) {
    part.onWork(() -> {});
    parts.add(part);
  }

  @Override
  public Client client() {
    throw new UnsupportedOperationException("the proxy only listens");
  }

  @Override
  public RandomGenerator random() {
    throw new UnsupportedOperationException("the kernel throws the dice");
  }

  @Override
  public Together together() {
    return Together.IN_ORDER;
  }

  @Override
  public EventRecorder events(String component, String host) {
    throw new UnsupportedOperationException("the proxy reports nothing");
  }

  @Override
  public void add(Controller controller) {
    throw new UnsupportedOperationException("the proxy has no controllers");
  }
}
