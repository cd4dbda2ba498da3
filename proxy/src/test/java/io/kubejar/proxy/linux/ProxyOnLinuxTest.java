package io.kubejar.proxy.linux;

import static io.kubejar.proxy.World.ending;
import static io.kubejar.proxy.World.endpoint;
import static io.kubejar.proxy.World.nodePort;
import static io.kubejar.proxy.World.ready;
import static io.kubejar.proxy.World.service;
import static io.kubejar.proxy.World.slice;
import static io.kubejar.proxy.linux.Lab.PORT;
import static io.kubejar.proxy.linux.Lab.address;
import static io.kubejar.proxy.linux.Lab.call;
import static io.kubejar.proxy.linux.Lab.whoAnswers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ClientIPConfig;
import io.kubejar.api.core.v1.SessionAffinityConfig;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.proxy.HealthServers;
import io.kubejar.proxy.Netfilter;
import io.kubejar.proxy.Proxy;
import io.kubejar.proxy.ProxyConfig;
import io.kubejar.proxy.World;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The rules in a real kernel, with real connections, in network namespaces of the test's own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyOnLinuxTest {
  private static final String SERVICE_IP = "10.96.0.80";
  private static final ProxyConfig CONFIG = ProxyConfig.of("test", "n1", List.of("10.244.0.0/16"));

  private Lab lab;
  private NftCommand netfilter;
  private World world;

  @BeforeAll
  void buildTheMachine() throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root for network namespaces");
    for (var tool : List.of("nft", "ip", "nsenter", "conntrack")) {
      Assumptions.assumeTrue(
          Commands.here().run("", tool, "--version").exitCode() != 127, "needs " + tool);
    }
    lab = new Lab(3);
    netfilter = new NftCommand(lab.host.commands());
    for (int pod = 1; pod <= 3; pod++) {
      lab.serve(pod);
      lab.serveUdp(pod);
    }
  }

  @AfterAll
  void takeTheMachineDown() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @BeforeEach
  void startAProxy() {
    world = new World();
    Proxy.install(world, CONFIG, netfilter);
  }

  @AfterEach
  void removeTheRules() throws InterruptedException {
    Proxy.purge(CONFIG.table(), netfilter);
    assertThat(netfilter.tables()).isEmpty();
  }

  @Test
  void reachesAllEndpointsFromPodsAndFromTheMachine() throws Exception {
    world.services.put(service("web", SERVICE_IP, spec -> spec));
    world.slices.put(slice("web", ready(address(1)), ready(address(2)), ready(address(3))));
    world.run();

    assertThat(answersTo(lab.pod(1), 60)).isEqualTo(Set.of(address(1), address(2), address(3)));
    assertThat(answersTo(lab.host, 60)).isEqualTo(Set.of(address(1), address(2), address(3)));
  }

  @Test
  void keepsTheCallersAddressBetweenPods() throws Exception {
    world.services.put(service("web", SERVICE_IP, spec -> spec));
    world.slices.put(slice("web", ready(address(2))));
    world.run();

    assertThat(call(lab.pod(1), SERVICE_IP, 80)).isEqualTo(address(2) + " " + address(1));
  }

  @Test
  void letsAPodReachItselfThroughItsService() throws Exception {
    world.services.put(service("web", SERVICE_IP, spec -> spec));
    world.slices.put(slice("web", ready(address(1))));
    world.run();

    assertThat(whoAnswers(lab.pod(1), SERVICE_IP, 80)).isEqualTo(address(1));
  }

  @Test
  void worksBetweenPodsOfABridgeThatHidesItsPackets() throws Exception {
    lab.host.run("sysctl -q -w net.bridge.bridge-nf-call-iptables=0");
    try {
      var other = new World();
      Proxy.install(other, CONFIG.withBridgeNetfilter(false), netfilter);
      other.services.put(service("web", SERVICE_IP, spec -> spec));
      other.slices.put(slice("web", ready(address(2))));
      other.run();

      assertThat(call(lab.pod(1), SERVICE_IP, 80)).isEqualTo(address(2) + " 10.244.0.1");
    } finally {
      lab.host.run("sysctl -q -w net.bridge.bridge-nf-call-iptables=1");
    }
  }

  @Test
  void opensANodePortToTheOutside() throws Exception {
    world.services.put(service("web", SERVICE_IP, nodePort(30080)));
    world.slices.put(slice("web", ready(address(1)), ready(address(2))));
    world.run();

    assertThat(Set.of(address(1), address(2)))
        .contains(whoAnswers(lab.outside, "192.168.77.1", 30080));
    assertThat(whoAnswers(lab.host, "192.168.77.1", 30080)).startsWith("10.244.");
    assertThat(whoAnswers(lab.pod(3), "192.168.77.1", 30080)).startsWith("10.244.");
  }

  @Test
  void keepsTheSourceOfOutsideTrafficThatStaysOnTheNode() throws Exception {
    world.services.put(
        service(
            "web",
            SERVICE_IP,
            spec -> nodePort(30080).apply(spec).withExternalTrafficPolicy("Local")));
    world.slices.put(
        slice("web", ready(address(1)), endpoint("10.244.9.9", "elsewhere", true, false)));
    world.run();

    for (int i = 0; i < 10; i++) {
      assertThat(call(lab.outside, "192.168.77.1", 30080)).isEqualTo(address(1) + " 192.168.77.2");
    }
  }

  @Test
  void sendsAClientToTheSameEndpointAgain() throws Exception {
    world.services.put(service("web", SERVICE_IP, spec -> spec.withSessionAffinity("ClientIP")));
    world.slices.put(slice("web", ready(address(1)), ready(address(2)), ready(address(3))));
    world.run();

    assertThat(answersTo(lab.pod(1), 20)).hasSize(1);
  }

  @Test
  void forgetsAClientThatStayedAwayForTheTimeout() throws Exception {
    var seconds = SessionAffinityConfig.EMPTY.withClientIP(new ClientIPConfig(1));
    world.services.put(
        service(
            "web",
            SERVICE_IP,
            spec -> spec.withSessionAffinity("ClientIP").withSessionAffinityConfig(seconds)));
    world.slices.put(slice("web", ready(address(1)), ready(address(2)), ready(address(3))));
    world.run();

    assertThat(lab.host.run("nft list table ip " + CONFIG.table())).contains("timeout 1s");
    var seen = new HashSet<String>();
    for (int i = 0; i < 40 && seen.size() < 2; i++) {
      seen.add(whoAnswers(lab.pod(1), SERVICE_IP, 80));
      awaitForgotten();
    }
    assertThat(seen).hasSizeGreaterThan(1);
  }

  /// Waits until the kernel remembers no client any more.
  private void awaitForgotten() throws Exception {
    while (lab.host.run("nft list table ip " + CONFIG.table()).contains("expires")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void tellsLoadBalancersWhetherTheNodeHasEndpoints() throws Exception {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    var asked = new World();
    try (var servers = new HealthServers(InetAddress.getLoopbackAddress());
        var client = HttpClient.newHttpClient()) {
      Proxy.install(asked, CONFIG, netfilter, servers);
      asked.services.put(
          service(
              "web",
              SERVICE_IP,
              spec ->
                  nodePort(30080)
                      .apply(spec)
                      .withType("LoadBalancer")
                      .withExternalTrafficPolicy("Local")
                      .withHealthCheckNodePort(port)));
      asked.slices.put(
          slice("web", ready(address(1)), endpoint("10.244.9.9", "elsewhere", true, false)));
      asked.run();
      var question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();

      var yes = client.send(question, HttpResponse.BodyHandlers.ofString());
      assertThat(yes.statusCode()).isEqualTo(200);
      assertThat(yes.headers().firstValue("X-Load-Balancing-Endpoint-Weight")).hasValue("1");
      assertThat(yes.body())
          .isEqualTo(
              """
              {
              \t"service": {
              \t\t"namespace": "default",
              \t\t"name": "web"
              \t},
              \t"localEndpoints": 1,
              \t"serviceProxyHealthy": true
              }\
              """);
      assertThat(call(lab.outside, "192.168.77.1", 30080)).isEqualTo(address(1) + " 192.168.77.2");

      asked.slices.put(slice("web", endpoint("10.244.9.9", "elsewhere", true, false)));
      asked.run();
      var no = client.send(question, HttpResponse.BodyHandlers.ofString());
      assertThat(no.statusCode()).isEqualTo(503);
      assertThat(no.body()).contains("\"localEndpoints\": 0");

      asked.services.remove(new ObjectKey("default", "web"));
      asked.run();
      assertThatThrownBy(() -> client.send(question, HttpResponse.BodyHandlers.ofString()))
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void refusesAtOnceWhenThereIsNoEndpoint() throws Exception {
    world.services.put(service("web", SERVICE_IP, nodePort(30080)));
    world.run();

    assertThatThrownBy(() -> call(lab.pod(1), SERVICE_IP, 80)).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> call(lab.host, SERVICE_IP, 80)).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> call(lab.outside, "192.168.77.1", 30080))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void movesNewConnectionsAtOnceAndLeavesOldOnesAlone() throws Exception {
    world.services.put(service("web", SERVICE_IP, spec -> spec));
    world.slices.put(slice("web", ready("10.244.0.1")));
    world.run();
    try (var server = lab.host.call(() -> new ServerSocket(PORT));
        var client = lab.pod(1).call(() -> connected(SERVICE_IP))) {
      try (var accepted = server.accept()) {
        world.slices.put(slice("web", ending("10.244.0.1"), ready(address(2))));
        world.run();

        assertThat(answersTo(lab.pod(1), 10)).containsOnly(address(2));
        accepted.getOutputStream().write(42);
        assertThat(client.getInputStream().read()).isEqualTo(42);
      }
    }
  }

  @Test
  void losesNoConnectionWhileEndpointsComeAndGo() throws Exception {
    world.services.put(service("web", SERVICE_IP, spec -> spec));
    world.slices.put(slice("web", ready(address(1)), ready(address(2))));
    world.run();
    var failures = new ArrayList<Exception>();
    var caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    try {
                      call(lab.pod(1), SERVICE_IP, 80);
                    } catch (InterruptedException _) {
                      return;
                    } catch (Exception failed) {
                      failures.add(failed);
                    }
                  }
                });
    for (int i = 0; i < 20; i++) {
      world.slices.put(slice("web", ready(address(1 + i % 3)), ending(address(1 + (i + 1) % 3))));
      world.run();
    }
    caller.interrupt();
    caller.join();

    assertThat(failures).isEmpty();
  }

  @Test
  void movesUdpClientsAwayFromAnEndpointThatIsGone() throws Exception {
    world.services.put(service("dns", SERVICE_IP, "UDP", spec -> spec));
    world.slices.put(slice("dns", "UDP", ready(address(1))));
    world.run();
    try (var client = Lab.udpClient(lab.pod(3))) {
      assertThat(Lab.askUdp(client, SERVICE_IP, 80)).isEqualTo(address(1));

      world.slices.put(slice("dns", "UDP", ready(address(2))));
      world.run();

      assertThat(Lab.askUdp(client, SERVICE_IP, 80)).isEqualTo(address(2));
    }
  }

  @Test
  void hidesPodsBehindTheMachineOnTheirWayOut() throws Exception {
    world.run();
    lab.serve(lab.outside, "192.168.77.2");

    assertThat(call(lab.pod(1), "192.168.77.2", PORT)).isEqualTo("192.168.77.2 192.168.77.1");
    assertThat(call(lab.pod(1), address(2), PORT)).isEqualTo(address(2) + " " + address(1));
  }

  @Test
  void doesNotTouchTheRulesOfAnotherCluster() throws Exception {
    var second = new World();
    var config = ProxyConfig.of("second", "n1", List.of("10.245.0.0/16"));
    Proxy.install(second, config, netfilter);
    second.services.put(service("web", SERVICE_IP, spec -> spec));
    second.slices.put(slice("web", ready("10.245.0.9")));
    second.run();
    world.services.put(service("web", SERVICE_IP, spec -> spec));
    world.slices.put(slice("web", ready(address(2))));
    world.run();

    assertThat(answersTo(lab.pod(1), 5)).containsOnly(address(2));
    Proxy.purge(CONFIG.table(), netfilter);
    assertThat(netfilter.tables()).containsExactly("ip kubejar-second", "ip6 kubejar-second");
    assertThat(Proxy.anyCluster(netfilter)).isTrue();
    Proxy.purge(config.table(), netfilter);
    assertThat(Proxy.anyCluster(netfilter)).isFalse();
  }

  @Test
  void writesAllRulesAgainAfterSomebodyRemovedThem() throws Exception {
    world.services.put(service("web", SERVICE_IP, spec -> spec));
    world.slices.put(slice("web", ready(address(1))));
    world.run();
    Proxy.purge(CONFIG.table(), netfilter);

    world.slices.put(slice("web", ready(address(2))));
    world.run();
    world.clock.advance(java.time.Duration.ofSeconds(1));
    world.run();

    assertThat(whoAnswers(lab.pod(1), SERVICE_IP, 80)).isEqualTo(address(2));
  }

  @Test
  void changesOneServiceAmongAThousandByAFewLines() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      world.services.put(service("s" + i, "10.97.%d.%d".formatted(i / 250, i % 250), spec -> spec));
      world.slices.put(slice("s" + i, ready(address(1)), ready(address(2))));
    }
    world.run();
    var sizes = new ArrayList<Integer>();
    var counted = new World();
    Proxy.install(counted, CONFIG, new Counting(netfilter, sizes));
    world.services.list().forEach(counted.services::put);
    world.slices.list().forEach(counted.slices::put);
    counted.run();

    counted.slices.put(slice("s500", ready(address(3))));
    counted.run();

    assertThat(sizes).hasSize(2);
    assertThat(sizes.get(0)).isGreaterThan(5_000);
    assertThat(sizes.get(1)).isLessThan(12);
    assertThat(whoAnswers(lab.pod(1), "10.97.2.0", 80)).isEqualTo(address(3));
    assertThat(whoAnswers(lab.pod(1), "10.97.3.249", 80)).startsWith("10.244.0.");
    counted.services.remove(new ObjectKey("default", "s999"));
    counted.run();
    assertThatThrownBy(() -> call(lab.host, "10.97.3.249", 80)).isInstanceOf(IOException.class);
  }

  private record Counting(Netfilter real, List<Integer> sizes) implements Netfilter {
    @Override
    public void apply(String commands) throws InterruptedException {
      sizes.add((int) commands.lines().count());
      real.apply(commands);
    }

    @Override
    public List<String> tables() throws InterruptedException {
      return real.tables();
    }

    @Override
    public void forgetFlows(Flow flow) throws InterruptedException {
      real.forgetFlows(flow);
    }
  }

  private static Socket connected(String address) throws IOException {
    var socket = new Socket();
    socket.connect(new InetSocketAddress(address, 80), 2_000);
    socket.setSoTimeout(2_000);
    return socket;
  }

  private static Set<String> answersTo(Namespace from, int times) throws Exception {
    var answers = new HashSet<String>();
    for (int i = 0; i < times; i++) {
      answers.add(whoAnswers(from, SERVICE_IP, 80));
    }
    return answers;
  }
}
