package io.kubejar.controllers.resourcequota;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ResourceQuotaSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.quota.Amounts;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.testing.World;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResourceQuotaControllerTest {
  private final World world = new World(new ResourceQuotaController());

  @Test
  void countsWhatIsThere() throws InterruptedException {
    world.create(Pod.RESOURCE, pod("a", "500m"));
    world.create(Pod.RESOURCE, pod("b", "700m"));
    world.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(named("c")));
    world.create(
        ResourceQuota.RESOURCE,
        quota(
            "pods",
            "5",
            "requests.cpu",
            "2",
            "count/configmaps",
            "9",
            "count/deployments.apps",
            "1"));
    world.settle();

    assertThat(used())
        .isEqualTo("count/configmaps=1,count/deployments.apps=0,pods=2,requests.cpu=1200m");
    assertThat(Amounts.text(status().hard()))
        .isEqualTo("count/configmaps=9,count/deployments.apps=1,pods=5,requests.cpu=2");
  }

  @Test
  void freesWhatDeletedPodsUsed() throws InterruptedException {
    world.create(Pod.RESOURCE, pod("a", "500m"));
    world.create(ResourceQuota.RESOURCE, quota("pods", "5"));
    world.settle();
    assertThat(used()).isEqualTo("pods=1");

    world.delete(Pod.RESOURCE, "default", "a");
    world.runPods();

    assertThat(used()).isEqualTo("pods=0");
  }

  @Test
  void countsPodsThatHaveEndedOnlyAsObjects() throws InterruptedException {
    world.create(Pod.RESOURCE, pod("a", "500m"));
    world.create(ResourceQuota.RESOURCE, quota("pods", "5", "count/pods", "5", "cpu", "1"));
    world.settle();

    var pod = world.get(Pod.RESOURCE, "default", "a");
    world.api.updateStatus(Pod.RESOURCE, pod.withStatus(pod.status().withPhase("Succeeded")));
    world.settle();

    assertThat(used()).isEqualTo("count/pods=1,cpu=0,pods=0");
  }

  @Test
  void countsOnlyWhatIsInScope() throws InterruptedException {
    world.create(Pod.RESOURCE, pod("a", "500m"));
    var other = pod("b", "100m");
    world.create(Pod.RESOURCE, other.withSpec(other.spec().withActiveDeadlineSeconds(5L)));
    var quota = quota("pods", "5");
    world.create(
        ResourceQuota.RESOURCE, quota.withSpec(quota.spec().withScopes(List.of("Terminating"))));
    world.settle();

    assertThat(used()).isEqualTo("pods=1");
  }

  private io.kubejar.api.core.v1.ResourceQuotaStatus status() {
    return world.get(ResourceQuota.RESOURCE, "default", "q").status();
  }

  private String used() {
    return Amounts.text(status().used());
  }

  private static ResourceQuota quota(String... namesAndAmounts) {
    var hard = new TreeMap<String, Quantity>();
    for (int i = 0; i < namesAndAmounts.length; i += 2) {
      hard.put(namesAndAmounts[i], Quantity.parse(namesAndAmounts[i + 1]));
    }
    return ResourceQuota.EMPTY
        .withMetadata(named("q"))
        .withSpec(ResourceQuotaSpec.EMPTY.withHard(hard));
  }

  private static Pod pod(String name, String cpu) {
    var container =
        Container.EMPTY
            .withName("c")
            .withResources(
                ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse(cpu))));
    return Pod.EMPTY
        .withMetadata(named(name))
        .withSpec(PodSpec.EMPTY.withContainers(List.of(container)));
  }

  private static ObjectMeta named(String name) {
    return ObjectMeta.EMPTY.withNamespace("default").withName(name);
  }
}
