package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.IPAddressSpec;
import io.kubejar.api.networking.v1.ParentReference;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.api.networking.v1.ServiceCIDRSpec;
import io.kubejar.api.networking.v1.ServiceCIDRStatus;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.Condition;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
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

  /// Another server on the same store has looked at the Services already when the first one gives
  /// the port away.
  @Test
  void neverGivesOnePortTwiceEvenIfTwoServersChooseAtOnce() throws Exception {
    var races = new AtomicInteger();
    var raced =
        new StuckStore(
            world.store,
            _ -> {
              if (races.incrementAndGet() == 1) {
                create("first", withNodePort(30_080));
              }
            });
    var other = new ApiServer(ApiServerOptions.of(raced, world.clock, new Random(2)));
    other.start();
    raced.stick("kubejar-nodeports");
    var api = other.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "other");

    assertThatThrownBy(() -> api.create(Service.RESOURCE, service("second", withNodePort(30_080))))
        .hasMessageContaining("spec.ports[0].nodePort")
        .hasMessageContaining("provided port is already allocated");
    var third = api.create(Service.RESOURCE, service("third", withNodePort(0)));

    assertThat(races).hasValue(2);
    assertThat(third.spec().ports().getFirst().nodePort()).isNotEqualTo(30_080).isPositive();
    other.close();
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

  @Test
  void givesAddressesOfTheUpperBandFirst() throws Exception {
    // Of 254 addresses the lowest 16 are left to those who choose.
    var small = World.started(options -> options.withServiceCidrs(List.of("10.5.0.0/24")));
    var first = new TreeSet<Integer>();
    for (int i = 0; i < 238; i++) {
      first.add(lastByte(create(small, "s" + i, spec())));
    }
    var rest = new TreeSet<Integer>();
    for (int i = 238; i < 254; i++) {
      rest.add(lastByte(create(small, "s" + i, spec())));
    }

    assertThat(first).hasSize(238).first().isEqualTo(17);
    assertThat(first.last()).isEqualTo(254);
    assertThat(rest).hasSize(16).first().isEqualTo(1);
    assertThatThrownBy(() -> create(small, "more", spec()))
        .hasMessage("Internal error occurred: failed to allocate a serviceIP: range is full");
  }

  private static int lastByte(Service service) {
    var ip = service.spec().clusterIP();
    return Integer.parseInt(ip.substring(ip.lastIndexOf('.') + 1));
  }

  @Test
  void givesAddressesOfRangesThatAreReadyOnly() throws Exception {
    var cidr =
        world.api.create(
            ServiceCIDR.RESOURCE,
            ServiceCIDR.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withName("more"))
                .withSpec(ServiceCIDRSpec.EMPTY.withCidrs(List.of("10.7.0.0/24"))));
    var wanted = spec().withClusterIP("10.7.0.9");

    assertThatThrownBy(() -> create("early", wanted))
        .hasMessageContaining(
            "spec.clusterIPs: Invalid value: [\"10.7.0.9\"]: failed to allocate IP 10.7.0.9: the"
                + " provided network does not match the current range");

    var ready = Condition.EMPTY.withType("Ready").withStatus("True");
    world.api.updateSubresource(
        ServiceCIDR.RESOURCE,
        cidr.withStatus(ServiceCIDRStatus.EMPTY.withConditions(List.of(ready))),
        "status");
    assertThat(create("late", wanted).spec().clusterIP()).isEqualTo("10.7.0.9");
    assertThatThrownBy(() -> create("net", spec().withClusterIP("10.7.0.0")))
        .hasMessageContaining("does not match the current range");
  }

  @Test
  void respectsAddressesThatOthersHaveTaken() throws Exception {
    world.api.create(
        IPAddress.RESOURCE,
        IPAddress.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withName("10.96.3.3"))
            .withSpec(
                IPAddressSpec.EMPTY.withParentRef(
                    ParentReference.EMPTY.withResource("gateways").withName("g"))));

    assertThatThrownBy(() -> create("a", spec().withClusterIP("10.96.3.3")))
        .hasMessageContaining("provided IP is already allocated");
  }

  @Test
  void labelsTheClaimAndNamesItsService() throws Exception {
    var service = create("s", spec());
    var claim =
        world.api.get(IPAddress.RESOURCE, ObjectKey.clusterScoped(service.spec().clusterIP()));
    var parent = requireNonNull(claim.spec().parentRef());

    assertThat(claim.metadata().labels())
        .containsEntry("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io")
        .containsEntry("ipaddress.kubernetes.io/ip-family", "IPv4");
    assertThat(claim.metadata().uid()).isNotEqualTo(service.metadata().uid());
    assertThat(parent.resource() + " " + parent.namespace() + "/" + parent.name())
        .isEqualTo("services default/s");
  }

  @Test
  void publishesTheRangeItWasStartedWith() throws Exception {
    var cidr = world.api.get(ServiceCIDR.RESOURCE, ObjectKey.clusterScoped("kubernetes"));

    assertThat(cidr.spec().cidrs()).containsExactly("10.96.0.0/16");
    assertThat(cidr.status().conditions())
        .singleElement()
        .satisfies(it -> assertThat(it.type() + "=" + it.status()).isEqualTo("Ready=True"))
        .satisfies(
            it -> assertThat(it.message()).isEqualTo("Kubernetes default Service CIDR is ready"));
  }

  @Test
  void sharesOneNodePortBetweenProtocols() throws Exception {
    var tcp = ServicePort.EMPTY.withName("t").withPort(53).withProtocol("TCP");
    var udp = ServicePort.EMPTY.withName("u").withPort(53).withProtocol("UDP");
    var other = ServicePort.EMPTY.withName("o").withPort(54).withProtocol("UDP");
    var created = create("dns", spec().withType("NodePort").withPorts(List.of(tcp, udp, other)));
    var ports = created.spec().ports();

    assertThat(ports.get(0).nodePort()).isEqualTo(ports.get(1).nodePort());
    assertThat(ports.get(2).nodePort()).isNotEqualTo(ports.get(0).nodePort());
    assertThat(ports).allMatch(port -> port.nodePort() >= 30_086);
  }

  @Test
  void keepsNodePortsByNameWhenAPortChanges() throws Exception {
    var named = ServicePort.EMPTY.withName("web").withPort(80);
    var created = create("np", spec().withType("NodePort").withPorts(List.of(named)));
    int port = created.spec().ports().getFirst().nodePort();
    var moved = spec().withType("NodePort").withPorts(List.of(named.withPort(81)));
    var updated = world.api.update(Service.RESOURCE, created.withSpec(moved));

    assertThat(updated.spec().ports().getFirst().nodePort()).isEqualTo(port);
  }

  @Test
  void dropsNodePortsThatANewTypeCannotHave() throws Exception {
    var created = create("np", withNodePort(30_090));
    var updated =
        world.api.update(Service.RESOURCE, created.withSpec(created.spec().withType("ClusterIP")));

    assertThat(updated.spec().ports().getFirst().nodePort()).isZero();
    assertThat(updated.spec().externalTrafficPolicy()).isEmpty();
    assertThat(create("other", withNodePort(30_090)).spec().ports().getFirst().nodePort())
        .isEqualTo(30_090);
  }

  @Test
  void givesAHealthPortToLocalLoadBalancers() throws Exception {
    var local = spec().withType("LoadBalancer").withExternalTrafficPolicy("Local");
    var created = create("lb", local);
    int health = created.spec().healthCheckNodePort();
    var taken = create("lb2", spec().withType("LoadBalancer"));
    var back =
        world.api.update(
            Service.RESOURCE,
            created.withSpec(created.spec().withExternalTrafficPolicy("Cluster")));

    assertThat(health).isBetween(30_086, 32_767);
    assertThat(taken.spec().healthCheckNodePort()).isZero();
    assertThat(back.spec().healthCheckNodePort()).isZero();
    assertThat(back.spec().ports().getFirst().nodePort())
        .isEqualTo(created.spec().ports().getFirst().nodePort());
    assertThatThrownBy(() -> create("lb3", local.withHealthCheckNodePort(80)))
        .hasMessage(
            "Internal error occurred: failed to allocate requested HealthCheck NodePort 80:"
                + " provided port is not in the valid range. The range of valid ports is"
                + " 30000-32767");
  }

  @Test
  void givesNoNodePortsToLoadBalancersThatWantNone() throws Exception {
    var none = spec().withType("LoadBalancer").withAllocateLoadBalancerNodePorts(false);

    assertThat(create("lb", none).spec().ports().getFirst().nodePort()).isZero();
  }

  @Test
  void allocatesNothingInADryRun() throws Exception {
    var verbs = world.server.resources().of(Service.RESOURCE);
    var call = Call.by(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test").withDryRun(true);
    var wanted = spec().withType("NodePort").withClusterIP("10.96.4.4");
    var imagined =
        verbs.create(
            call, "default", Service.EMPTY.withMetadata(World.named("dry")).withSpec(wanted));

    assertThat(imagined.spec().ports().getFirst().nodePort()).isPositive();
    assertThat(world.api.list(IPAddress.RESOURCE, ReadOptions.ALL).items()).isEmpty();
    assertThat(create("real", wanted).spec().clusterIP()).isEqualTo("10.96.4.4");
  }

  private Service create(String name, ServiceSpec spec) throws InterruptedException {
    return create(world, name, spec);
  }

  private static Service create(World world, String name, ServiceSpec spec)
      throws InterruptedException {
    return world.api.create(Service.RESOURCE, service(name, spec));
  }

  private static Service service(String name, ServiceSpec spec) {
    return Service.EMPTY.withMetadata(World.named(name)).withSpec(spec);
  }

  private static ServiceSpec spec() {
    return ServiceSpec.EMPTY.withPorts(List.of(ServicePort.EMPTY.withPort(80)));
  }

  private static ServiceSpec withNodePort(int port) {
    var servicePort = ServicePort.EMPTY.withPort(80).withNodePort(port);
    return spec().withType("NodePort").withPorts(List.of(servicePort));
  }
}
