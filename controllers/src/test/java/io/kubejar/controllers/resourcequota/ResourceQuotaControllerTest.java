package io.kubejar.controllers.resourcequota;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ResourceQuotaSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.quota.Amounts;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import io.kubejar.controllers.testing.World;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResourceQuotaControllerTest {
  private static final ResourceType<Unstructured> WIDGETS =
      UnstructuredTypes.of(new GroupVersionKind("example.com", "v1", "Widget"), "widgets", true);
  private static final String DEFINITION =
      """
      metadata: {name: widgets.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {plural: widgets, kind: Widget}
        versions: [{name: v1, served: true, storage: true}]
      status:
        acceptedNames: {plural: widgets, kind: Widget}
        conditions: [{type: Established, status: "True"}]
      """;

  private static Unstructured widget(String name) {
    return WIDGETS
        .codec()
        .fromTree(
            Yaml.parse(
                "{apiVersion: example.com/v1, kind: Widget, metadata: {namespace: default, name: "
                    + name
                    + "}}"));
  }

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
  void countsCustomKindsWhenTheyAreServed() throws InterruptedException {
    world.create(ResourceQuota.RESOURCE, quota("count/widgets.example.com", "5", "pods", "1"));
    world.settle();
    assertThat(used()).isEqualTo("pods=0");

    world.create(
        CustomResourceDefinition.RESOURCE,
        CustomResourceDefinition.CODEC.fromTree(Yaml.parse(DEFINITION)));
    world.create(WIDGETS, widget("a"));
    world.create(WIDGETS, widget("b"));
    world.settle();
    assertThat(used()).isEqualTo("count/widgets.example.com=2,pods=0");

    world.delete(WIDGETS, "default", "a");
    world.settle();
    assertThat(used()).isEqualTo("count/widgets.example.com=1,pods=0");
  }

  @Test
  void countsTheDevicesThatClaimsMayTake() throws InterruptedException {
    var claim =
        """
        metadata: {name: c, namespace: default}
        spec:
          devices:
            requests:
            - {name: a, exactly: {deviceClassName: gpu, allocationMode: ExactCount, count: 2}}
            - {name: b, exactly: {deviceClassName: net, allocationMode: All}}
            - name: c
              firstAvailable:
              - {name: x, deviceClassName: gpu, allocationMode: ExactCount, count: 1}
              - {name: w, deviceClassName: gpu, allocationMode: ExactCount, count: 4}
              - {name: z, deviceClassName: net, allocationMode: ExactCount, count: 1}
        """;
    world.create(ResourceClaim.RESOURCE, ResourceClaim.CODEC.fromTree(Yaml.parse(claim)));
    world.create(
        ResourceQuota.RESOURCE,
        quota(
            "gpu.deviceclass.resource.k8s.io/devices",
            "9",
            "net.deviceclass.resource.k8s.io/devices",
            "99",
            "count/resourceclaims.resource.k8s.io",
            "9"));
    world.settle();

    assertThat(used())
        .isEqualTo(
            "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=6,"
                + "net.deviceclass.resource.k8s.io/devices=33");
  }

  @Test
  void countsDevicesThatPodsAskForByTheirClass() throws InterruptedException {
    var pod = pod("a", "500m");
    var name = "deviceclass.resource.kubernetes.io/gpu";
    var container = pod.spec().containers().getFirst();
    var resources = container.resources().withRequests(Map.of(name, Quantity.parse("3")));
    world.create(
        Pod.RESOURCE,
        pod.withSpec(pod.spec().withContainers(List.of(container.withResources(resources)))));
    world.create(ResourceQuota.RESOURCE, quota("requests." + name, "5"));
    world.settle();

    assertThat(used()).isEqualTo("requests." + name + "=3");
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
