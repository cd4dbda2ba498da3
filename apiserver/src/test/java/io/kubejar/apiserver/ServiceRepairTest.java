package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.IPAddressSpec;
import io.kubejar.api.networking.v1.ParentReference;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.services.PortRange;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is put right, and told of, when the claims of addresses and ports do not fit the Services.
class ServiceRepairTest {
  private static final Map<String, String> LABELS =
      Map.of(
          "ipaddress.kubernetes.io/managed-by",
          "ipallocator.k8s.io",
          "ipaddress.kubernetes.io/ip-family",
          "IPv4");

  private World world;

  @BeforeEach
  void start() throws InterruptedException {
    world = World.started();
  }

  @Test
  void leavesAloneWhatFits() throws Exception {
    create("a", "10.96.1.1");
    world.settle();

    assertThat(told()).isEmpty();
    assertThat(holder("10.96.1.1")).isEqualTo("default/a");
  }

  @Test
  void claimsAnAddressAgainWhoseClaimIsGone() throws Exception {
    create("a", "10.96.1.1");
    world.settle();
    world.api.delete(IPAddress.RESOURCE, ObjectKey.clusterScoped("10.96.1.1"), DeleteOptions.EMPTY);
    world.settle();

    assertThat(holder("10.96.1.1")).isEqualTo("default/a");
    assertThat(told())
        .containsExactly(
            "Service a ClusterIPNotAllocated Cluster IP [IPv4]: 10.96.1.1 is not allocated;"
                + " repairing");
  }

  @Test
  void givesAClaimWithAWrongReferenceToItsService() throws Exception {
    create("a", "10.96.1.1");
    world.settle();
    world.api.delete(IPAddress.RESOURCE, ObjectKey.clusterScoped("10.96.1.1"), DeleteOptions.EMPTY);
    claim("10.96.1.1", "nobody");
    world.settle();

    assertThat(holder("10.96.1.1")).isEqualTo("default/a");
    assertThat(told())
        .containsExactly(
            "Service a ClusterIPNotAllocated the ClusterIP [IPv4]: 10.96.1.1 for Service default/a"
                + " has a wrong reference; repairing");
  }

  @Test
  void writesTheLabelsAnew() throws Exception {
    create("a", "10.96.1.1");
    world.settle();
    var key = ObjectKey.clusterScoped("10.96.1.1");
    var claim = world.api.get(IPAddress.RESOURCE, key);
    world.api.update(IPAddress.RESOURCE, claim.withMetadata(claim.metadata().withLabels(Map.of())));
    world.settle();

    assertThat(world.api.get(IPAddress.RESOURCE, key).metadata().labels()).isEqualTo(LABELS);
  }

  @Test
  void removesALeakedClaimAfterAMinute() throws Exception {
    claim("10.96.1.1", "nobody");
    world.settle();
    world.clock.advance(Duration.ofSeconds(59));
    world.settle();
    var meanwhile = addresses();
    world.clock.advance(Duration.ofSeconds(1));
    world.settle();

    assertThat(meanwhile).containsExactly("10.96.1.1");
    assertThat(addresses()).isEmpty();
    assertThat(told())
        .containsExactly(
            "IPAddress 10.96.1.1 IPAddressNotAllocated IPAddress: 10.96.1.1 for Service"
                + " default/nobody appears to have leaked: cleaning up");
  }

  @Test
  void removesAClaimThatItsServiceDoesNotHave() throws Exception {
    create("a", "10.96.1.1");
    claim("10.96.1.2", "a");
    world.settle();

    assertThat(addresses()).containsExactly("10.96.1.1");
    assertThat(told())
        .containsExactly(
            "IPAddress 10.96.1.2 IPAddressWrongReference IPAddress: 10.96.1.2 for Service default/a"
                + " has a wrong reference; cleaning up");
  }

  @Test
  void leavesAddressesOfOthersAlone() throws Exception {
    world.api.create(
        IPAddress.RESOURCE, address("10.96.1.1", "nobody").withMetadata(named("10.96.1.1")));
    world.settle();
    world.clock.advance(Duration.ofMinutes(5));
    world.settle();

    assertThat(addresses()).containsExactly("10.96.1.1");
  }

  @Test
  void tellsOnceOfPortsOutsideOfTheRange() throws Exception {
    var store = world.store;
    create("a", withNodePort(30_500));
    create("b", withNodePort(31_500));
    var narrow =
        new ApiServer(
            ApiServerOptions.of(store, world.clock, new Random(2))
                .withNodePorts(new PortRange(31_000, 32_000)));
    narrow.start();
    var repair = requireNonNull(narrow.parts().get("apiserver/portrepair"));
    while (repair.step()) {
      // Until there is nothing to do.
    }
    create("c", withNodePort(31_600));
    while (repair.step()) {
      // Looks at all of them again.
    }

    assertThat(told())
        .containsExactly(
            "Service a PortOutOfRange Port 30500 is not within the port range 31000-32000; please"
                + " recreate service");
  }

  @Test
  void tellsOfWhatTwoServicesHave() throws Exception {
    create("a", withNodePort(30_500).withClusterIP("10.96.1.1"));
    world.settle();
    // As somebody might restore it into the store.
    var services = world.server.resources().stored(Service.RESOURCE).registry();
    var first = services.get(new ObjectKey("default", "a"));
    services.create(new Change.Put<>(first.withMetadata(World.named("b"))), false);
    world.settle();

    assertThat(told())
        .containsExactlyInAnyOrder(
            "Service b ClusterIPAlreadyAllocated Cluster IP [IPv4]:10.96.1.1 was assigned to"
                + " multiple services; please recreate service",
            "Service b PortAlreadyAllocated Port 30500 was assigned to multiple services; please"
                + " recreate service");
    assertThat(holder("10.96.1.1")).isEqualTo("default/a");
  }

  private List<String> told() throws InterruptedException {
    return world.api.list(Event.RESOURCE, ReadOptions.ALL).items().stream()
        .map(
            it ->
                String.join(
                    " ",
                    it.involvedObject().kind(),
                    it.involvedObject().name(),
                    it.reason(),
                    it.message()))
        .toList();
  }

  private List<String> addresses() throws InterruptedException {
    return world.api.list(IPAddress.RESOURCE, ReadOptions.ALL).items().stream()
        .map(it -> it.metadata().name())
        .toList();
  }

  private String holder(String ip) throws InterruptedException {
    var claim = world.api.get(IPAddress.RESOURCE, ObjectKey.clusterScoped(ip));
    var parent = requireNonNull(claim.spec().parentRef());
    return parent.namespace() + "/" + parent.name();
  }

  private void claim(String ip, String service) throws InterruptedException {
    world.api.create(IPAddress.RESOURCE, address(ip, service));
  }

  private static IPAddress address(String ip, String service) {
    var parent =
        ParentReference.EMPTY.withResource("services").withNamespace("default").withName(service);
    return IPAddress.EMPTY
        .withMetadata(named(ip).withLabels(LABELS))
        .withSpec(IPAddressSpec.EMPTY.withParentRef(parent));
  }

  private static ObjectMeta named(String name) {
    return ObjectMeta.EMPTY.withName(name);
  }

  private void create(String name, String ip) throws InterruptedException {
    create(
        name,
        ServiceSpec.EMPTY.withClusterIP(ip).withPorts(List.of(ServicePort.EMPTY.withPort(80))));
  }

  private void create(String name, ServiceSpec spec) throws InterruptedException {
    world.api.create(
        Service.RESOURCE, Service.EMPTY.withMetadata(World.named(name)).withSpec(spec));
  }

  private static ServiceSpec withNodePort(int port) {
    return ServiceSpec.EMPTY
        .withType("NodePort")
        .withPorts(List.of(ServicePort.EMPTY.withPort(80).withNodePort(port)));
  }
}
