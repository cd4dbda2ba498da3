package io.kubejar.controllers.servicecidrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.api.networking.v1.ServiceCIDRSpec;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceCidrControllerTest {
  private final World world = new World(new ServiceCidrController());

  @Test
  void makesARangeReadyAndProtectsIt() throws InterruptedException {
    create("a", "10.1.0.0/24");
    world.settle();

    assertThat(range("a").metadata().finalizers())
        .containsExactly("networking.k8s.io/service-cidr-finalizer");
    assertThat(readiness("a")).isEqualTo("True  Kubernetes Service CIDR is ready");
  }

  @Test
  void holdsARangeBackWhileAnAddressNeedsIt() throws InterruptedException {
    create("a", "10.1.0.0/24");
    claim("10.1.0.7");
    world.settle();
    world.delete(ServiceCIDR.RESOURCE, "", "a");
    world.pass(Duration.ofMinutes(1));
    var meanwhile = readiness("a");
    world.delete(IPAddress.RESOURCE, "", "10.1.0.7");
    world.settle();

    assertThat(meanwhile)
        .isEqualTo(
            "False Terminating There are still IPAddresses referencing the ServiceCIDR, please"
                + " remove them or create a new ServiceCIDR");
    assertThat(world.list(ServiceCIDR.RESOURCE)).isEmpty();
  }

  @Test
  void letsARangeGoWhenAnotherCoversItsAddresses() throws InterruptedException {
    create("a", "10.1.0.0/24");
    claim("10.1.0.7");
    world.settle();
    world.delete(ServiceCIDR.RESOURCE, "", "a");
    world.pass(Duration.ofMinutes(1));
    create("wide", "10.0.0.0/8");
    world.settle();

    assertThat(world.list(ServiceCIDR.RESOURCE))
        .extracting(it -> it.metadata().name())
        .containsExactly("wide");
  }

  @Test
  void waitsUntilAllocatorsHaveHeard() throws InterruptedException {
    create("a", "10.1.0.0/24");
    world.settle();
    world.delete(ServiceCIDR.RESOURCE, "", "a");
    world.pass(Duration.ofSeconds(9));
    var early = world.list(ServiceCIDR.RESOURCE);
    world.pass(Duration.ofSeconds(1));

    assertThat(early).hasSize(1);
    assertThat(world.list(ServiceCIDR.RESOURCE)).isEmpty();
  }

  @Test
  void forgetsAddressesThatServicesDoNotHave() throws InterruptedException {
    create("a", "10.1.0.0/24");
    world.create(
        IPAddress.RESOURCE, IPAddress.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("10.1.0.9")));
    world.settle();
    world.delete(ServiceCIDR.RESOURCE, "", "a");
    world.pass(Duration.ofSeconds(10));

    assertThat(world.list(ServiceCIDR.RESOURCE)).isEmpty();
  }

  private void create(String name, String... cidrs) {
    world.create(
        ServiceCIDR.RESOURCE,
        ServiceCIDR.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withName(name))
            .withSpec(ServiceCIDRSpec.EMPTY.withCidrs(List.of(cidrs))));
  }

  private void claim(String address) {
    var labels = Map.of("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");
    world.create(
        IPAddress.RESOURCE,
        IPAddress.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(address).withLabels(labels)));
  }

  private ServiceCIDR range(String name) {
    return world.get(ServiceCIDR.RESOURCE, "", name);
  }

  private String readiness(String name) {
    var ready = range(name).status().conditions().getFirst();
    return ready.status() + " " + ready.reason() + " " + ready.message();
  }
}
