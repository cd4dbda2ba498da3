package io.kubejar.proxy;

import static io.kubejar.proxy.World.ready;
import static io.kubejar.proxy.World.service;
import static io.kubejar.proxy.World.slice;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyTest {
  private final World world = new World();
  private final FakeNetfilter netfilter = new FakeNetfilter();
  private final Proxy proxy =
      Proxy.install(world, ProxyConfig.of("main", "n1", List.of("10.244.0.0/16")), netfilter);

  @Test
  void touchesNothingBeforeItKnowsAllServices() throws InterruptedException {
    world.services.setSynced(false);
    world.services.put(service("web", "10.96.0.7", spec -> spec));

    world.run();

    assertThat(netfilter.applied).isEmpty();
    assertThat(proxy.inForce()).isFalse();
  }

  @Test
  void replacesTheWholeTableAtFirstAndOnlyDifferencesLater() throws InterruptedException {
    world.services.put(service("web", "10.96.0.7", spec -> spec));
    world.run();
    world.slices.put(slice("web", ready("10.244.0.5")));
    world.run();

    assertThat(netfilter.applied).hasSize(2);
    assertThat(netfilter.applied.get(0)).contains("delete table ip kubejar-main\n");
    assertThat(netfilter.applied.get(1)).doesNotContain("table ip kubejar-main\n");
    assertThat(proxy.inForce()).isTrue();
  }

  @Test
  void writesChangesThatComeTogetherAsOneTransaction() throws InterruptedException {
    world.run();
    world.services.put(service("a", "10.96.0.1", spec -> spec));
    world.services.put(service("b", "10.96.0.2", spec -> spec));

    world.run();

    assertThat(netfilter.applied).hasSize(2);
    assertThat(netfilter.applied.get(1)).contains("10.96.0.1").contains("10.96.0.2");
  }

  @Test
  void startsOverAfterARefusal() throws InterruptedException {
    world.services.put(service("web", "10.96.0.7", spec -> spec));
    netfilter.refuses = true;
    world.run();
    netfilter.refuses = false;
    world.run();
    assertThat(netfilter.applied).as("waits before it tries again").isEmpty();

    world.clock.advance(ofSeconds(1));
    world.run();

    assertThat(netfilter.applied).singleElement().asString().contains("10.96.0.7");
  }

  @Test
  void leavesServicesOfAnotherProxyAlone() throws InterruptedException {
    var web = service("web", "10.96.0.7", spec -> spec);
    world.services.put(
        web.withMetadata(
            web.metadata()
                .withLabels(java.util.Map.of("service.kubernetes.io/service-proxy-name", "x"))));

    world.run();

    assertThat(netfilter.applied).singleElement().asString().doesNotContain("10.96.0.7");
  }

  @Test
  void forgetsFlowsToUdpEndpointsThatAreGone() throws InterruptedException {
    world.services.put(service("dns", "10.96.0.7", "UDP", spec -> spec));
    world.slices.put(slice("dns", "UDP", ready("10.244.0.5"), ready("10.244.0.6")));
    world.run();
    netfilter.forgotten.clear();

    world.slices.put(slice("dns", "UDP", ready("10.244.0.6")));
    world.run();

    assertThat(netfilter.forgotten)
        .containsExactly(new Netfilter.Flow(false, "10.96.0.7", 80, "10.244.0.5"));
  }
}
