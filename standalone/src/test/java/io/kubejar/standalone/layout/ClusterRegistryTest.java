package io.kubejar.standalone.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterRegistryTest {
  @TempDir private Path home;

  @Test
  void aClusterIsFoundAgainByItsName() {
    var registry = new ClusterRegistry(home.resolve("kubejar"));
    var cluster = cluster("a", 0);
    cluster.save();
    registry.add(cluster);

    assertThat(registry.find("a")).contains(cluster);
    assertThat(registry.find("b")).isEmpty();
    assertThat(registry.all()).containsExactly(cluster);
  }

  @Test
  void indexesAreGivenOnceAndComeBackAfterRemoval() {
    var registry = new ClusterRegistry(home.resolve("kubejar"));
    for (int index = 0; index < 3; index++) {
      assertThat(registry.freeIndex()).isEqualTo(index);
      var cluster = cluster("c" + index, index);
      cluster.save();
      registry.add(cluster);
    }

    registry.remove("c1");

    assertThat(registry.freeIndex()).isEqualTo(1);
  }

  @Test
  void theLastClusterTakesTheListAlong() {
    var registry = new ClusterRegistry(home.resolve("kubejar"));
    var cluster = cluster("a", 0);
    cluster.save();
    registry.exclusively(
        () -> {
          registry.add(cluster);
          return cluster;
        });

    registry.remove("a");

    assertThat(home.resolve("kubejar")).doesNotExist();
  }

  @Test
  void aClusterWhoseDataIsGoneDoesNotKeepTheList() {
    var registry = new ClusterRegistry(home.resolve("kubejar"));
    var cluster = cluster("a", 0);
    cluster.save();
    registry.add(cluster);
    registry.add(cluster("lost", 1));

    registry.remove("a");

    assertThat(home.resolve("kubejar")).doesNotExist();
  }

  @Test
  void networksOfTwoClustersDoNotOverlap() {
    var first = cluster("a", 0);
    var second = cluster("b", 1);

    assertThat(first.podCidr()).isEqualTo("10.244.0.0/16");
    assertThat(first.serviceCidr()).isEqualTo("10.96.0.0/16");
    assertThat(second.podCidr()).isEqualTo("10.243.0.0/16");
    assertThat(second.serviceCidr()).isEqualTo("10.97.0.0/16");
    assertThat(second.dnsAddress()).isEqualTo("10.97.0.10");
  }

  private ClusterRecord cluster(String name, int index) {
    return new ClusterRecord(name, home.resolve("data-" + name), index, 6443, 10250, true);
  }
}
