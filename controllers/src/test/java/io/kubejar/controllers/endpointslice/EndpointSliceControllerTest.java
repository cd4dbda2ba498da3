package io.kubejar.controllers.endpointslice;

import static io.kubejar.controllers.testing.Objects.running;
import static io.kubejar.controllers.testing.Objects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.EndpointSubset;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointConditions;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.controllers.endpoints.EndpointsController;
import io.kubejar.controllers.testing.World;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointSliceControllerTest {
  private final World world = new World(new EndpointSliceController(), new EndpointsController());

  @Test
  void listsReadyPodsWithTheirTargetPort() throws InterruptedException {
    world.create(Service.RESOURCE, service("web"));
    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    world.settle();

    var slice = onlySlice();
    assertThat(slice.addressType()).isEqualTo("IPv4");
    assertThat(slice.ports())
        .singleElement()
        .satisfies(it -> assertThat(it.port()).isEqualTo(8080));
    assertThat(slice.endpoints())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.addresses()).containsExactly("10.0.0.1");
              assertThat(it.conditions()).isEqualTo(new EndpointConditions(true, true, false));
            });
    assertThat(subset().addresses()).extracting(it -> it.ip()).containsExactly("10.0.0.1");
  }

  @Test
  void aPodThatIsNoLongerReadyIsMarkedWithOneWrite() throws InterruptedException {
    world.create(Service.RESOURCE, service("web"));
    var pod = world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    world.settle();
    world.api.updateStatus(
        Pod.RESOURCE,
        world
            .get(Pod.RESOURCE, "default", pod.metadata().name())
            .withStatus(running("a", "10.0.0.1", false).status()));
    int before = world.api.writes().size();
    world.settle();

    assertThat(onlySlice().endpoints().getFirst().conditions())
        .isEqualTo(new EndpointConditions(false, false, false));
    assertThat(subset().addresses()).isEmpty();
    assertThat(subset().notReadyAddresses()).hasSize(1);
    assertThat(world.api.writes().subList(before, world.api.writes().size()))
        .filteredOn(it -> it.contains("endpointslices"))
        .hasSize(1);
  }

  @Test
  void aPodThatTerminatesServesOnButIsNotReady() throws InterruptedException {
    world.create(Service.RESOURCE, service("web"));
    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    world.settle();
    world.delete(Pod.RESOURCE, "default", "a");
    world.settle();

    assertThat(onlySlice().endpoints().getFirst().conditions())
        .isEqualTo(new EndpointConditions(false, true, true));
  }

  @Test
  void aServiceWithoutPodsKeepsOneEmptySlice() throws InterruptedException {
    world.create(Service.RESOURCE, service("web"));
    world.settle();

    assertThat(onlySlice().endpoints()).isEmpty();
  }

  @Test
  void nothingChangingMeansNoWrites() throws InterruptedException {
    world.create(Service.RESOURCE, service("web"));
    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    world.settle();
    int before = world.api.writes().size();
    world.change(
        Pod.RESOURCE,
        "default",
        "a",
        pod -> pod.withMetadata(pod.metadata().withAnnotations(java.util.Map.of("x", "y"))));
    world.settle();

    assertThat(world.api.writes()).hasSize(before + 1);
  }

  @Test
  void manyPodsFillSlicesOfBoundedSize() throws InterruptedException {
    world.create(Service.RESOURCE, service("web"));
    for (int i = 0; i < 250; i++) {
      world.create(
          Pod.RESOURCE, running("p" + i, "10.0.%d.%d".formatted(i / 200, i % 200 + 1), true));
    }
    world.settle();

    assertThat(world.list(EndpointSlice.RESOURCE))
        .allMatch(it -> it.endpoints().size() <= SlicePlan.ENDPOINTS_MAX);
    assertThat(
            world.list(EndpointSlice.RESOURCE).stream().mapToInt(it -> it.endpoints().size()).sum())
        .isEqualTo(250);
    assertThat(world.list(EndpointSlice.RESOURCE)).hasSize(3);
  }

  private EndpointSlice onlySlice() {
    var slices = world.list(EndpointSlice.RESOURCE);
    assertThat(slices).hasSize(1);
    return slices.getFirst();
  }

  private EndpointSubset subset() {
    List<EndpointSubset> subsets = world.get(Endpoints.RESOURCE, "default", "web").subsets();
    assertThat(subsets).hasSize(1);
    return subsets.getFirst();
  }
}
