package io.kubejar.controllers.endpointslicemirroring;

import static io.kubejar.controllers.testing.Objects.LABELS;
import static io.kubejar.controllers.testing.Objects.named;
import static io.kubejar.controllers.testing.Objects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.EndpointAddress;
import io.kubejar.api.core.v1.EndpointPort;
import io.kubejar.api.core.v1.EndpointSubset;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.World;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointSliceMirroringControllerTest {
  private final World world = new World(new EndpointSliceMirroringController());

  @Test
  void mirrorsWhatAPersonKeeps() throws InterruptedException {
    world.create(Service.RESOURCE, byHand());
    var endpoints =
        endpoints(8080, "10.0.0.1")
            .withMetadata(
                named("web")
                    .withLabels(Map.of("team", "a"))
                    .withAnnotations(
                        Map.of(
                            "note",
                            "b",
                            "kubectl.kubernetes.io/last-applied-configuration",
                            "{}")));
    var stored = world.create(Endpoints.RESOURCE, endpoints);
    world.settle();

    var slice = onlySlice();
    assertThat(slice.metadata().name()).startsWith("web-");
    assertThat(slice.metadata().labels())
        .containsOnly(
            Map.entry("team", "a"),
            Map.entry("kubernetes.io/service-name", "web"),
            Map.entry(
                "endpointslice.kubernetes.io/managed-by",
                "endpointslicemirroring-controller.k8s.io"));
    assertThat(slice.metadata().annotations()).containsOnly(Map.entry("note", "b"));
    assertThat(ControllerRefs.isControlledBy(slice, stored)).isTrue();
    assertThat(addresses(slice)).containsExactly("10.0.0.1");
    assertThat(slice.ports())
        .singleElement()
        .satisfies(it -> assertThat(it.port()).isEqualTo(8080));
  }

  @Test
  void followsChangesInTheSameSlice() throws InterruptedException {
    mirror(endpoints(8080, "10.0.0.1"));
    var name = onlySlice().metadata().name();

    change(endpoints(8080, "10.0.0.2", "10.0.0.3"));
    assertThat(addresses(onlySlice())).containsExactlyInAnyOrder("10.0.0.2", "10.0.0.3");

    change(endpoints(9090, "10.0.0.2"));
    assertThat(onlySlice().ports().getFirst().port()).isEqualTo(9090);
    assertThat(onlySlice().metadata().name()).isEqualTo(name);
  }

  @Test
  void writesNothingWhereNothingChanged() throws InterruptedException {
    mirror(endpoints(8080, "10.0.0.1", "10.0.0.2"));
    int before = world.api.writes().size();
    world.change(
        Endpoints.RESOURCE,
        "default",
        "web",
        it ->
            it.withMetadata(
                it.metadata()
                    .withAnnotations(
                        Map.of("endpoints.kubernetes.io/last-change-trigger-time", "now"))));
    world.settle();

    assertThat(world.api.writes()).hasSize(before + 1);
  }

  @Test
  void goesWithTheEndpointsAndWithTheService() throws InterruptedException {
    mirror(endpoints(8080, "10.0.0.1"));
    world.delete(Endpoints.RESOURCE, "default", "web");
    world.settle();
    assertThat(slices()).isEmpty();

    world.create(Endpoints.RESOURCE, endpoints(8080, "10.0.0.1"));
    world.settle();
    assertThat(slices()).hasSize(1);
    world.delete(Service.RESOURCE, "default", "web");
    world.settle();
    assertThat(slices()).isEmpty();
  }

  @Test
  void stopsWhenTheServiceSelectsPodsItself() throws InterruptedException {
    mirror(endpoints(8080, "10.0.0.1"));
    world.change(
        Service.RESOURCE, "default", "web", it -> it.withSpec(it.spec().withSelector(LABELS)));
    world.settle();

    assertThat(slices()).isEmpty();
  }

  @Test
  void leavesAloneWhatAsksForIt() throws InterruptedException {
    mirror(endpoints(8080, "10.0.0.1"));
    world.change(
        Endpoints.RESOURCE,
        "default",
        "web",
        it ->
            it.withMetadata(
                it.metadata()
                    .withLabels(Map.of("endpointslice.kubernetes.io/skip-mirror", "true"))));
    world.settle();

    assertThat(slices()).isEmpty();
  }

  @Test
  void leavesAloneWhatLeadersAreElectedWith() throws InterruptedException {
    var endpoints = endpoints(8080, "10.0.0.1");
    mirror(
        endpoints.withMetadata(
            endpoints
                .metadata()
                .withAnnotations(Map.of("control-plane.alpha.kubernetes.io/leader", "{}"))));

    assertThat(slices()).isEmpty();
  }

  @Test
  void putsASliceRightThatSomebodyElseChanged() throws InterruptedException {
    mirror(endpoints(8080, "10.0.0.1"));
    world.api.update(EndpointSlice.RESOURCE, onlySlice().withEndpoints(List.of()));
    world.settle();

    assertThat(addresses(onlySlice())).containsExactly("10.0.0.1");
  }

  @Test
  void saysWhatItCouldNotMirror() throws InterruptedException {
    mirror(endpoints(8080, "10.0.0.1", "nowhere"));

    assertThat(addresses(onlySlice())).containsExactly("10.0.0.1");
    assertThat(world.events("web"))
        .containsExactly(
            "InvalidIPAddress: Skipped 1 invalid IP addresses when mirroring to EndpointSlices");
  }

  private void mirror(Endpoints endpoints) throws InterruptedException {
    world.create(Service.RESOURCE, byHand());
    world.create(Endpoints.RESOURCE, endpoints);
    world.settle();
  }

  private void change(Endpoints wanted) throws InterruptedException {
    world.change(Endpoints.RESOURCE, "default", "web", it -> it.withSubsets(wanted.subsets()));
    world.settle();
  }

  private static Service byHand() {
    var service = service("web");
    return service.withSpec(service.spec().withSelector(Map.of()));
  }

  private static Endpoints endpoints(int port, String... addresses) {
    var subset =
        new EndpointSubset(
            Arrays.stream(addresses).map(EndpointAddress.EMPTY::withIp).toList(),
            List.of(),
            List.of(EndpointPort.EMPTY.withName("http").withPort(port).withProtocol("TCP")));
    return Endpoints.EMPTY.withMetadata(named("web")).withSubsets(List.of(subset));
  }

  private List<EndpointSlice> slices() {
    return world.list(EndpointSlice.RESOURCE);
  }

  private EndpointSlice onlySlice() {
    assertThat(slices()).hasSize(1);
    return slices().getFirst();
  }

  private static List<String> addresses(EndpointSlice slice) {
    return slice.endpoints().stream().flatMap(it -> it.addresses().stream()).toList();
  }
}
