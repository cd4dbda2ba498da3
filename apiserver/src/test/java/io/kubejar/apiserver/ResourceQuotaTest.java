package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ResourceQuotaSpec;
import io.kubejar.api.core.v1.ResourceQuotaStatus;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.quota.Amounts;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ResourceQuotaTest {
  @Test
  void chargesWhatItLetsIn() throws InterruptedException {
    var world = World.started();
    create(world, quota("q", Map.of("pods", "2", "count/pods", "5")));

    world.api.create(Pod.RESOURCE, World.pod("a"));

    assertThat(used(world, "q")).isEqualTo("count/pods=1,pods=1");
  }

  @Test
  void refusesWhatIsTooMuch() throws InterruptedException {
    var world = World.started();
    create(world, quota("q", Map.of("count/configmaps", "1", "pods", "9")));
    world.api.create(ConfigMap.RESOURCE, config("a"));

    assertThatThrownBy(() -> world.api.create(ConfigMap.RESOURCE, config("b")))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(403))
        .hasMessage(
            "configmaps \"b\" is forbidden: exceeded quota: q, requested: count/configmaps=1,"
                + " used: count/configmaps=1, limited: count/configmaps=1");
    assertThat(used(world, "q")).isEqualTo("count/configmaps=1,pods=0");
  }

  @Test
  void chargesNoQuotaIfOneRefuses() throws InterruptedException {
    var world = World.started();
    create(world, quota("a-wide", Map.of("configmaps", "9")));
    create(world, quota("b-narrow", Map.of("configmaps", "0")));

    assertThatThrownBy(() -> world.api.create(ConfigMap.RESOURCE, config("a")))
        .hasMessageContaining("exceeded quota: b-narrow");

    assertThat(used(world, "a-wide")).isEqualTo("configmaps=0");
  }

  @Test
  void demandsRequestsWhereTheyAreLimited() throws InterruptedException {
    var world = World.started();
    create(world, quota("q", Map.of("limits.memory", "1Gi", "requests.cpu", "1")));

    assertThatThrownBy(() -> world.api.create(Pod.RESOURCE, World.pod("a")))
        .hasMessage(
            "pods \"a\" is forbidden: failed quota: q: must specify limits.memory for: c;"
                + " requests.cpu for: c");
  }

  @Test
  void refusesWhileTheUsageIsUnknown() throws InterruptedException {
    var world = World.started();
    var quota = quota("q", Map.of("configmaps", "1"));
    var created = world.api.create(ResourceQuota.RESOURCE, quota);
    world.api.updateSubresource(
        ResourceQuota.RESOURCE,
        created.withStatus(ResourceQuotaStatus.EMPTY.withHard(quota.spec().hard())),
        "status");

    assertThatThrownBy(() -> world.api.create(ConfigMap.RESOURCE, config("a")))
        .hasMessage(
            "configmaps \"a\" is forbidden: status unknown for quota: q, resources: configmaps");
  }

  @Test
  void chargesUpdatesForWhatTheyAdd() throws InterruptedException {
    var world = World.started();
    create(world, quota("q", Map.of("services", "9", "services.nodeports", "1")));
    var service =
        Service.EMPTY
            .withMetadata(World.named("s"))
            .withSpec(Service.EMPTY.spec().withPorts(List.of(port("a", 80), port("b", 81))));
    var created = world.api.create(Service.RESOURCE, service);
    assertThat(used(world, "q")).isEqualTo("services=1,services.nodeports=0");

    assertThatThrownBy(
            () ->
                world.api.update(
                    Service.RESOURCE, created.withSpec(created.spec().withType("NodePort"))))
        .hasMessageContaining(
            "exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0,"
                + " limited: services.nodeports=1");
  }

  @Test
  void limitsOnlyPodsInScope() throws InterruptedException {
    var world = World.started();
    var quota = quota("q", Map.of("pods", "0"));
    create(world, quota.withSpec(quota.spec().withScopes(List.of("Terminating"))));
    var ending = World.pod("b");

    world.api.create(Pod.RESOURCE, World.pod("a"));
    assertThatThrownBy(
            () ->
                world.api.create(
                    Pod.RESOURCE, ending.withSpec(ending.spec().withActiveDeadlineSeconds(9L))))
        .hasMessageContaining("exceeded quota: q");
  }

  @Test
  void chargesPodsThatChangeTheirScope() throws InterruptedException {
    var world = World.started();
    var quota = quota("q", Map.of("pods", "1"));
    create(world, quota.withSpec(quota.spec().withScopes(List.of("Terminating"))));
    for (var name : List.of("a", "b")) {
      world.api.create(Pod.RESOURCE, World.pod(name));
    }

    end(world, "a");

    assertThat(used(world, "q")).isEqualTo("pods=1");
    assertThatThrownBy(() -> end(world, "b")).hasMessageContaining("exceeded quota: q");
  }

  private static void end(World world, String name) throws InterruptedException {
    var pod = world.api.get(Pod.RESOURCE, new ObjectKey("default", name));
    world.api.update(Pod.RESOURCE, pod.withSpec(pod.spec().withActiveDeadlineSeconds(9L)));
  }

  @Test
  void letsPodsSpeakForTheirContainers() throws InterruptedException {
    var world = World.started();
    create(world, quota("q", Map.of("requests.cpu", "3")));
    var pod = World.pod("a");
    var whole = ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse("2")));

    world.api.create(Pod.RESOURCE, pod.withSpec(pod.spec().withResources(whole)));

    assertThat(used(world, "q")).isEqualTo("requests.cpu=2");
  }

  @Test
  void letsNoMoreInThanAllowedWhenManyComeAtOnce() throws Exception {
    try (var server = TestServer.start()) {
      var quota = quota("q", Map.of("configmaps", "5"));
      var created = server.admin().create(ResourceQuota.RESOURCE, quota);
      server
          .admin()
          .updateSubresource(ResourceQuota.RESOURCE, created.withStatus(known(quota)), "status");
      var let = new AtomicInteger();
      var refused = new AtomicInteger();
      var threads =
          java.util.stream.IntStream.range(0, 20)
              .mapToObj(i -> Thread.ofVirtual().start(() -> count(server, "c" + i, let, refused)))
              .toList();
      for (var thread : threads) {
        thread.join();
      }

      assertThat(let).hasValue(5);
      assertThat(refused).hasValue(15);
      var key = new ObjectKey("default", "q");
      assertThat(Amounts.text(server.admin().get(ResourceQuota.RESOURCE, key).status().used()))
          .isEqualTo("configmaps=5");
    }
  }

  private static void count(
      TestServer server, String name, AtomicInteger let, AtomicInteger refused) {
    try {
      server.admin().create(ConfigMap.RESOURCE, config(name));
      let.incrementAndGet();
    } catch (ApiException forbidden) {
      assertThat(forbidden).hasMessageContaining("exceeded quota: q");
      refused.incrementAndGet();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ServicePort port(String name, int number) {
    return ServicePort.EMPTY.withName(name).withPort(number);
  }

  /// Creates a quota whose usage is known, as the controller would leave it in an empty namespace.
  private static void create(World world, ResourceQuota quota) throws InterruptedException {
    var created = world.api.create(ResourceQuota.RESOURCE, quota);
    world.api.updateSubresource(ResourceQuota.RESOURCE, created.withStatus(known(quota)), "status");
  }

  private static ResourceQuotaStatus known(ResourceQuota quota) {
    var used = new TreeMap<String, Quantity>();
    quota.spec().hard().keySet().forEach(name -> used.put(name, Quantity.ZERO));
    return ResourceQuotaStatus.EMPTY.withHard(quota.spec().hard()).withUsed(used);
  }

  private static String used(World world, String name) throws InterruptedException {
    var key = new ObjectKey("default", name);
    return Amounts.text(world.api.get(ResourceQuota.RESOURCE, key).status().used());
  }

  private static ResourceQuota quota(String name, Map<String, String> hard) {
    var amounts = new TreeMap<String, Quantity>();
    hard.forEach((what, amount) -> amounts.put(what, Quantity.parse(amount)));
    return ResourceQuota.EMPTY
        .withMetadata(World.named(name))
        .withSpec(ResourceQuotaSpec.EMPTY.withHard(amounts));
  }

  private static ConfigMap config(String name) {
    return ConfigMap.EMPTY.withMetadata(World.named(name));
  }
}
