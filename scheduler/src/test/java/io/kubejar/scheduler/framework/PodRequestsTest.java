package io.kubejar.scheduler.framework;

import static io.kubejar.scheduler.framework.ResourceNames.CPU;
import static io.kubejar.scheduler.framework.ResourceNames.MEMORY;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodRequestsTest {
  private final ResourceNames names = new ResourceNames();

  @Test
  void addsUpWhatRunsTogether() {
    assertThat(cpu(spec(container("1"), container("500m")))).isEqualTo(1_500);
  }

  @Test
  void countsTheLargestStepOfTheStartIfThatIsMore() {
    var spec = spec(container("1")).withInitContainers(List.of(container("3"), container("2")));

    assertThat(cpu(spec)).isEqualTo(3_000);
  }

  @Test
  void countsSidecarsBesideContainersAndBesideLaterSteps() {
    var sidecar = container("1").withRestartPolicy("Always");

    assertThat(cpu(spec(container("2")).withInitContainers(List.of(sidecar, container("4")))))
        .isEqualTo(5_000);
    assertThat(cpu(spec(container("2")).withInitContainers(List.of(container("1"), sidecar))))
        .isEqualTo(3_000);
  }

  @Test
  void addsTheOverheadOfTheRuntime() {
    var spec = spec(container("1")).withOverhead(Map.of("cpu", Quantity.parse("250m")));

    assertThat(cpu(spec)).isEqualTo(1_250);
  }

  @Test
  void takesThePodsOwnRequestOverItsContainers() {
    var spec = spec(container("1")).withResources(resources("4"));

    assertThat(cpu(spec)).isEqualTo(4_000);
  }

  @Test
  void fillsInUsualValuesForRankingOnly() {
    var pod = Pod.builder().spec(spec(Container.builder().name("c").build())).build();

    assertThat(ResourceNames.at(PodRequests.of(pod, names), CPU)).isZero();
    assertThat(ResourceNames.at(PodRequests.filledIn(pod, names), CPU)).isEqualTo(100);
    assertThat(ResourceNames.at(PodRequests.filledIn(pod, names), MEMORY))
        .isEqualTo(200L * 1024 * 1024);
  }

  private long cpu(PodSpec spec) {
    return ResourceNames.at(PodRequests.of(Pod.builder().spec(spec).build(), names), CPU);
  }

  private static PodSpec spec(Container... containers) {
    return PodSpec.builder().containers(List.of(containers)).build();
  }

  private static Container container(String cpu) {
    return Container.builder().name("c").resources(resources(cpu)).build();
  }

  private static ResourceRequirements resources(String cpu) {
    return ResourceRequirements.builder().requests(Map.of("cpu", Quantity.parse(cpu))).build();
  }
}
