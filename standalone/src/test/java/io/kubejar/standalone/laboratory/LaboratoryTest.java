package io.kubejar.standalone.laboratory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.ListOptions;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.storage.MemoryStore;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LaboratoryTest {
  private final List<RuntimeException> faults = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();

  @Test
  void allPodsOfALaboratoryRunAndTheVisitorIsServedMeanwhile() throws Exception {
    var plan = new LaboratoryPlan(7, 640);
    try (var clock = new RealClock();
        var store = new MemoryStore(clock)) {
      var pki = ClusterPki.open(KeyStorage.inMemory(), clock);
      var controlPlane =
          ControlPlane.start(ControlPlaneOptions.of(store, clock, new Random(), pki), faults::add);
      var laboratory = Laboratory.start(plan, controlPlane, clock, said::add, faults::add);

      laboratory.fill();

      var client =
          controlPlane.client(UserInfo.of("test", UserInfo.MASTERS_GROUP), "LaboratoryTest");
      assertThat(client.list(Pod.RESOURCE, ListOptions.ALL).items())
          .hasSize(640)
          .allMatch(pod -> pod.status().phase().equals("Running"));
      assertThat(client.list(Deployment.RESOURCE, ListOptions.ALL).items()).hasSize(2);
      assertThat(said).contains("  7 of 7 nodes Ready", "  640 of 640 pods Running");
      assertThat(laboratory.summary())
          .contains("7 nodes Ready after", "640 pods Running after", "GET configmaps NAME")
          .doesNotContain("refused");
      laboratory.stop();
      controlPlane.stop();
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void theLoadIsSharedOutAmongDeployments() {
    var shares = new LaboratoryPlan(100, 10_600).shares();

    assertThat(shares).hasSize(22);
    assertThat(shares.stream().mapToInt(LaboratoryPlan.Share::replicas).sum()).isEqualTo(10_600);
    assertThat(shares.getLast()).isEqualTo(new LaboratoryPlan.Share("load-1", "web-21", 100));
    assertThat(new LaboratoryPlan(1, 0).shares()).isEmpty();
    assertThatThrownBy(() -> new LaboratoryPlan(1, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
