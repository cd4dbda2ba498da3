package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ComponentCondition;
import io.kubejar.api.core.v1.ComponentStatus;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The parts of the control plane as clients see them.
class ComponentStatusTest {
  private World world;

  @BeforeEach
  void start() throws Exception {
    world = World.started();
  }

  private List<ComponentCondition> conditions(String name) throws Exception {
    return world.api.get(ComponentStatus.RESOURCE, ObjectKey.clusterScoped(name)).conditions();
  }

  @Test
  void listsAllPartsByName() throws Exception {
    assertThat(world.api.list(ComponentStatus.RESOURCE, ReadOptions.ALL).items())
        .extracting(it -> it.metadata().name())
        .containsExactly("controller-manager", "etcd-0", "scheduler");
  }

  @Test
  void aPartThatTellsThatItIsWellIs() throws Exception {
    world.server.components().with("scheduler", Optional::empty);

    assertThat(conditions("scheduler"))
        .containsExactly(new ComponentCondition("Healthy", "True", "ok", ""));
    assertThat(conditions("etcd-0"))
        .containsExactly(new ComponentCondition("Healthy", "True", "ok", ""));
  }

  @Test
  void aPartThatIsNotHereRefusesConnections() throws Exception {
    assertThat(conditions("controller-manager"))
        .containsExactly(
            new ComponentCondition(
                "Healthy",
                "False",
                "Get \"https://127.0.0.1:10257/healthz\": dial tcp 127.0.0.1:10257: connect:"
                    + " connection refused",
                ""));
  }

  @Test
  void thereIsNoOther() {
    assertThatThrownBy(() -> conditions("kubelet"))
        .hasMessage("componentstatuses \"kubelet\" not found");
  }
}
