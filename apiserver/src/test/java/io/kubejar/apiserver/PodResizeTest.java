package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerResizePolicy;
import io.kubejar.api.core.v1.ContainerState;
import io.kubejar.api.core.v1.ContainerStateRunning;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.LimitRangeItem;
import io.kubejar.api.core.v1.LimitRangeSpec;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The subresource `resize` of pods.
class PodResizeTest {
  private World world;

  @BeforeEach
  void start() throws InterruptedException {
    world = World.started();
  }

  @Test
  void changesCpuAndMemoryAndNothingElse() throws Exception {
    var pod = create(resources("100m", "64Mi", "200m", "128Mi"));
    var wanted =
        pod.withSpec(
                pod.spec()
                    .withNodeName("other")
                    .withContainers(
                        List.of(
                            pod.spec()
                                .containers()
                                .getFirst()
                                .withImage("other")
                                .withResources(resources("150m", "64Mi", "200m", "256Mi")))))
            .withMetadata(pod.metadata().withLabels(Map.of("a", "b")));
    var resized = world.api.updateSubresource(Pod.RESOURCE, wanted, "resize");
    var container = resized.spec().containers().getFirst();

    assertThat(container.resources()).isEqualTo(resources("150m", "64Mi", "200m", "256Mi"));
    assertThat(container.image()).isEqualTo("busybox");
    assertThat(resized.spec().nodeName()).isEmpty();
    assertThat(resized.metadata().labels()).isEmpty();
    assertThat(resized.metadata().generation()).isEqualTo(2);
    assertThat(resized.metadata().managedFields())
        .anySatisfy(it -> assertThat(it.subresource()).isEqualTo("resize"));
  }

  @Test
  void refusesResourcesInAnOrdinaryUpdate() throws Exception {
    var pod = create(resources("100m", "64Mi", "200m", "128Mi"));
    var wanted = with(pod, it -> it.withResources(resources("150m", "64Mi", "200m", "128Mi")));

    assertThatThrownBy(() -> world.api.update(Pod.RESOURCE, wanted))
        .hasMessageContaining("pod updates may not change fields other than");
  }

  @Test
  void keepsTheQualityOfService() throws Exception {
    var burstable = resources("100m", "64Mi", "200m", "64Mi");
    create(burstable);

    assertRefused(
        it -> it.withResources(resources("200m", "64Mi", "200m", "64Mi")),
        "spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing");
  }

  @Test
  void removesNoRequestAndNoLimit() throws Exception {
    create(resources("100m", "64Mi", "200m", "128Mi"));

    // What is not requested is requested as far as it is limited.
    assertRefused(
        it ->
            it.withResources(
                ResourceRequirements.EMPTY
                    .withRequests(Map.of("memory", Quantity.parse("64Mi")))
                    .withLimits(Map.of("memory", Quantity.parse("128Mi")))),
        "[spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed,"
            + " spec.containers[0].resources.limits: Forbidden: resource limits cannot be"
            + " removed]");
  }

  @Test
  void changesNoOtherResource() throws Exception {
    create(resources("100m", "64Mi", "200m", "128Mi"));

    assertRefused(
        it ->
            it.withResources(
                it.resources()
                    .withLimits(
                        Map.of(
                            "cpu", Quantity.parse("200m"),
                            "memory", Quantity.parse("128Mi"),
                            "ephemeral-storage", Quantity.parse("1Gi")))),
        "spec: Forbidden: only cpu and memory resources are mutable");
    assertRefused(
        it ->
            it.withResizePolicy(
                List.of(
                    ContainerResizePolicy.EMPTY
                        .withResourceName("cpu")
                        .withRestartPolicy("RestartContainer"))),
        "spec: Forbidden: only cpu and memory resources are mutable");
  }

  @Test
  void keepsTheContainersTheirNamesAndTheirOrder() throws Exception {
    var pod = create(resources("100m", "64Mi", "200m", "128Mi"));
    var more = new ArrayList<>(pod.spec().containers());
    more.add(Container.EMPTY.withName("d").withImage("busybox"));

    assertThatThrownBy(
            () ->
                world.api.updateSubresource(
                    Pod.RESOURCE, pod.withSpec(pod.spec().withContainers(more)), "resize"))
        .hasMessageContaining(
            "spec.containers: Forbidden: containers may not be added or removed on resize");
    assertRefused(
        it -> it.withName("d"),
        "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on"
            + " resize");
  }

  @Test
  void takesPodsOfNodesThatTellWhatContainersHave() throws Exception {
    var given = resources("100m", "64Mi", "200m", "128Mi");
    var more = resources("150m", "64Mi", "200m", "128Mi");
    run(create(given), null);

    assertRefused(
        it -> it.withResources(more),
        "spec: Forbidden: Pod running on node without support for resize");

    run(world.api.get(Pod.RESOURCE, new ObjectKey("default", "p")), given);
    assertThat(resize(it -> it.withResources(more)).spec().containers().getFirst().resources())
        .isEqualTo(more);
  }

  @Test
  void staysWithinTheLimitRange() throws Exception {
    create(resources("100m", "64Mi", "200m", "128Mi"));
    var item =
        LimitRangeItem.EMPTY
            .withType("Container")
            .withMax(Map.of("memory", Quantity.parse("200Mi")));
    world.api.create(
        LimitRange.RESOURCE,
        LimitRange.EMPTY
            .withMetadata(World.named("most"))
            .withSpec(LimitRangeSpec.EMPTY.withLimits(List.of(item))));

    assertRefused(
        it -> it.withResources(resources("100m", "64Mi", "200m", "256Mi")),
        "maximum memory usage per Container is 200Mi, but limit is 256Mi");
  }

  private void assertRefused(UnaryOperator<Container> change, String why) {
    assertThatThrownBy(() -> resize(change)).hasMessageContaining(why);
  }

  private Pod resize(UnaryOperator<Container> change) throws InterruptedException {
    var pod = world.api.get(Pod.RESOURCE, new ObjectKey("default", "p"));
    return world.api.updateSubresource(Pod.RESOURCE, with(pod, change), "resize");
  }

  private static Pod with(Pod pod, UnaryOperator<Container> change) {
    var changed = change.apply(pod.spec().containers().getFirst());
    return pod.withSpec(pod.spec().withContainers(List.of(changed)));
  }

  private Pod create(ResourceRequirements resources) throws InterruptedException {
    return world.api.create(Pod.RESOURCE, with(World.pod("p"), it -> it.withResources(resources)));
  }

  private void run(Pod pod, @Nullable ResourceRequirements told) throws InterruptedException {
    var status =
        ContainerStatus.EMPTY
            .withName("c")
            .withResources(told)
            .withState(ContainerState.EMPTY.withRunning(ContainerStateRunning.EMPTY));
    world.api.updateSubresource(
        Pod.RESOURCE,
        pod.withStatus(pod.status().withContainerStatuses(List.of(status))),
        "status");
  }

  private static ResourceRequirements resources(
      String cpu, String memory, String mostCpu, String mostMemory) {
    return ResourceRequirements.EMPTY
        .withRequests(Map.of("cpu", Quantity.parse(cpu), "memory", Quantity.parse(memory)))
        .withLimits(Map.of("cpu", Quantity.parse(mostCpu), "memory", Quantity.parse(mostMemory)));
  }
}
