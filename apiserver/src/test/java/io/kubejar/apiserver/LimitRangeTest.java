package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.LimitRangeItem;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.core.v1.VolumeResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LimitRangeTest {
  @Test
  void fillsInWhatContainersLeaveOutAndSaysSo() throws InterruptedException {
    var world =
        ranged(
            LimitRangeItem.EMPTY
                .withType("Container")
                .withDefault_(amounts("cpu", "500m", "memory", "1Gi"))
                .withDefaultRequest(amounts("cpu", "100m")));
    var pod = pod(Map.of("memory", "2Gi"), Map.of("memory", "2Gi"));

    var created = world.api.create(Pod.RESOURCE, pod);

    var resources = created.spec().containers().getFirst().resources();
    assertThat(resources.requests()).isEqualTo(amounts("cpu", "100m", "memory", "2Gi"));
    assertThat(resources.limits()).isEqualTo(amounts("cpu", "500m", "memory", "2Gi"));
    assertThat(created.metadata().annotations())
        .containsEntry(
            "kubernetes.io/limit-ranger",
            "LimitRanger plugin set: cpu request for container c; cpu limit for container c");
  }

  @Test
  void refusesTooLittleAndTooMuch() throws InterruptedException {
    var world =
        ranged(
            LimitRangeItem.EMPTY
                .withType("Container")
                .withMin(amounts("cpu", "200m"))
                .withMax(amounts("cpu", "1")));

    assertThatThrownBy(
            () -> world.api.create(Pod.RESOURCE, pod(Map.of("cpu", "100m"), Map.of("cpu", "2"))))
        .hasMessage(
            "pods \"p\" is forbidden: [minimum cpu usage per Container is 200m, but request is"
                + " 100m, maximum cpu usage per Container is 1, but limit is 2]");
  }

  @Test
  void refusesLimitsFarAboveRequests() throws InterruptedException {
    var world =
        ranged(
            LimitRangeItem.EMPTY
                .withType("Container")
                .withMaxLimitRequestRatio(amounts("cpu", "2")));

    assertThatThrownBy(
            () -> world.api.create(Pod.RESOURCE, pod(Map.of("cpu", "100m"), Map.of("cpu", "250m"))))
        .hasMessage(
            "pods \"p\" is forbidden: cpu max limit to request ratio per Container is 2, but"
                + " provided ratio is 2.500000");
  }

  @Test
  void limitsPodsByTheirContainersTogether() throws InterruptedException {
    var world = ranged(LimitRangeItem.EMPTY.withType("Pod").withMax(amounts("memory", "3Gi")));
    var pod = pod(Map.of("memory", "2Gi"), Map.of("memory", "2Gi"));
    var container = pod.spec().containers().getFirst();

    assertThatThrownBy(
            () ->
                world.api.create(
                    Pod.RESOURCE,
                    pod.withSpec(
                        pod.spec().withContainers(List.of(container, container.withName("d"))))))
        .hasMessage(
            "pods \"p\" is forbidden: maximum memory usage per Pod is 3Gi, but limit is 4Gi");
  }

  @Test
  void limitsClaims() throws InterruptedException {
    var world =
        ranged(
            LimitRangeItem.EMPTY
                .withType("PersistentVolumeClaim")
                .withMax(amounts("storage", "1Gi")));
    var claim =
        PersistentVolumeClaim.EMPTY
            .withMetadata(World.named("c"))
            .withSpec(
                PersistentVolumeClaimSpec.EMPTY
                    .withAccessModes(List.of("ReadWriteOnce"))
                    .withResources(
                        VolumeResourceRequirements.EMPTY.withRequests(amounts("storage", "2Gi"))));

    assertThatThrownBy(() -> world.api.create(PersistentVolumeClaim.RESOURCE, claim))
        .hasMessage(
            "persistentvolumeclaims \"c\" is forbidden: maximum storage usage per"
                + " PersistentVolumeClaim is 1Gi, but request is 2Gi");
  }

  private static World ranged(LimitRangeItem item) throws InterruptedException {
    var world = World.started();
    world.api.create(
        LimitRange.RESOURCE,
        LimitRange.EMPTY
            .withMetadata(World.named("range"))
            .withSpec(LimitRange.EMPTY.spec().withLimits(List.of(item))));
    return world;
  }

  private static Pod pod(Map<String, String> requests, Map<String, String> limits) {
    var pod = World.pod("p");
    Container container =
        pod.spec()
            .containers()
            .getFirst()
            .withResources(
                ResourceRequirements.EMPTY
                    .withRequests(amounts(requests))
                    .withLimits(amounts(limits)));
    return pod.withSpec(pod.spec().withContainers(List.of(container)));
  }

  private static Map<String, Quantity> amounts(Map<String, String> texts) {
    var amounts = new TreeMap<String, Quantity>();
    texts.forEach((name, text) -> amounts.put(name, Quantity.parse(text)));
    return amounts;
  }

  private static Map<String, Quantity> amounts(String... namesAndTexts) {
    var texts = new TreeMap<String, String>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      texts.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return amounts(texts);
  }
}
