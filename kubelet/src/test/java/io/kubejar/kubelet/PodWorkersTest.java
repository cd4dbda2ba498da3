package io.kubejar.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.kubelet.runtime.PodRuntime;
import org.junit.jupiter.api.Test;

final class PodWorkersTest {
  @Test
  void aPodThatOnlyTheRuntimeKnowsGetsOneSecondToEnd() {
    var pod = PodWorkers.forgotten(new PodRuntime.Identity("uid-1", "shop", "web"));

    assertThat(pod.metadata().uid()).isEqualTo("uid-1");
    assertThat(pod.metadata().namespace()).isEqualTo("shop");
    assertThat(pod.metadata().name()).isEqualTo("web");
    assertThat(pod.spec().terminationGracePeriodSeconds()).isEqualTo(1);
  }
}
