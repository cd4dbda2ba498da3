package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which addresses and ports Services get.
class ServiceAddressTest {
  private World world;

  @BeforeEach
  void start() throws InterruptedException {
    world = World.started();
  }

  @Test
  void neverGivesAnAddressTwice() throws Exception {
    var addresses = new HashSet<String>();
    for (int i = 0; i < 500; i++) {
      addresses.add(create("s" + i, spec()).spec().clusterIP());
    }

    assertThat(addresses).hasSize(500).allMatch(it -> it.startsWith("10.96."));
  }

  @Test
  void claimsTheAddressForAsLongAsTheServiceLives() throws Exception {
    var service = create("s", spec());
    var claimed = world.api.list(IPAddress.RESOURCE, ReadOptions.ALL).items();
    world.api.delete(Service.RESOURCE, new ObjectKey("default", "s"), DeleteOptions.EMPTY);

    assertThat(claimed)
        .extracting(it -> it.metadata().name())
        .containsExactly(service.spec().clusterIP());
    assertThat(world.api.list(IPAddress.RESOURCE, ReadOptions.ALL).items()).isEmpty();
  }

  @Test
  void refusesAnAddressThatIsTaken() throws Exception {
    var first = create("a", spec());
    var ip = first.spec().clusterIP();

    assertThatThrownBy(() -> create("b", spec().withClusterIP(ip)))
        .hasMessageContaining("failed to allocate IP " + ip + ": provided IP is already allocated");
  }

  @Test
  void givesNodePortsAndKeepsThem() throws Exception {
    var created = create("np", spec().withType("NodePort"));
    int port = created.spec().ports().getFirst().nodePort();
    var without = spec().withType("NodePort");
    var updated = world.api.update(Service.RESOURCE, created.withSpec(without));

    assertThat(port).isBetween(30_000, 32_767);
    assertThat(updated.spec().ports().getFirst().nodePort()).isEqualTo(port);
    assertThat(updated.spec().clusterIP()).isEqualTo(created.spec().clusterIP());
  }

  @Test
  void refusesANodePortThatIsTakenOrOutOfRange() throws Exception {
    create("a", withNodePort(30_080));

    assertThatThrownBy(() -> create("b", withNodePort(30_080)))
        .hasMessageContaining(
            "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated");
    assertThatThrownBy(() -> create("c", withNodePort(80)))
        .hasMessageContaining("The range of valid ports is 30000-32767");
  }

  @Test
  void givesHeadlessServicesNoAddress() throws Exception {
    var headless = create("h", spec().withClusterIP("None"));

    assertThat(headless.spec().clusterIPs()).containsExactly("None");
    assertThat(world.api.list(IPAddress.RESOURCE, ReadOptions.ALL).items()).isEmpty();
  }

  private Service create(String name, ServiceSpec spec) throws InterruptedException {
    return world.api.create(
        Service.RESOURCE, Service.EMPTY.withMetadata(World.named(name)).withSpec(spec));
  }

  private static ServiceSpec spec() {
    return ServiceSpec.EMPTY.withPorts(List.of(ServicePort.EMPTY.withPort(80)));
  }

  private static ServiceSpec withNodePort(int port) {
    var servicePort = ServicePort.EMPTY.withPort(80).withNodePort(port);
    return spec().withType("NodePort").withPorts(List.of(servicePort));
  }
}
