package io.kubejar.kubelet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.kubelet.linux.RememberingHost;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QosCgroupsTest {
  private final RememberingHost host = new RememberingHost();
  private final QosCgroups cgroups = new QosCgroups(host, "/cluster");

  @BeforeEach
  void prepare() throws IOException {
    cgroups.prepare(2000, 1 << 30);
  }

  @Test
  void allPodsTogetherGetWhatIsAllocatable() {
    assertThat(host.limits("/cluster/kubepods").cpuShares()).isEqualTo(2048);
    assertThat(host.limits("/cluster/kubepods").memoryBytes()).isEqualTo(1 << 30);
  }

  @Test
  void thoseThatAskForNothingGetWhatIsLeft() {
    assertThat(host.limits("/cluster/kubepods/besteffort").cpuShares()).isEqualTo(2);
  }

  @Test
  void burstablePodsGetWhatTheyAskForTogether() {
    cgroups.add(burstable("one", "250m"));
    cgroups.add(burstable("two", "500m"));
    assertThat(burstableShares()).isEqualTo(768);

    cgroups.remove(burstable("two", "500m"));
    assertThat(burstableShares()).isEqualTo(256);
  }

  @Test
  void everyPodLiesBelowItsQuality() {
    assertThat(cgroups.of(pod("a", Map.of(), Map.of())))
        .isEqualTo("/cluster/kubepods/besteffort/poda");
    assertThat(cgroups.of(burstable("b", "1"))).isEqualTo("/cluster/kubepods/burstable/podb");
    var all = Map.of("cpu", Quantity.parse("1"), "memory", Quantity.parse("1Gi"));
    assertThat(cgroups.of(pod("c", all, all))).isEqualTo("/cluster/kubepods/podc");
    assertThat(new QosCgroups(host, "/").of(pod("c", all, all))).isEqualTo("/kubepods/podc");
  }

  private long burstableShares() {
    return host.limits("/cluster/kubepods/burstable").cpuShares();
  }

  private static Pod burstable(String uid, String cpu) {
    return pod(uid, Map.of("cpu", Quantity.parse(cpu)), Map.of());
  }

  private static Pod pod(String uid, Map<String, Quantity> requests, Map<String, Quantity> limits) {
    var resources = ResourceRequirements.EMPTY.withRequests(requests).withLimits(limits);
    return Pod.EMPTY
        .withMetadata(ObjectMeta.builder().namespace("default").name(uid).uid(uid).build())
        .withSpec(
            Pod.EMPTY
                .spec()
                .withContainers(
                    List.of(Container.EMPTY.withName("main").withResources(resources))));
  }
}
