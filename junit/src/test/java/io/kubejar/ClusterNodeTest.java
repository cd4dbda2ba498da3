package io.kubejar;

import static io.kubejar.Workloads.deployment;
import static io.kubejar.Workloads.pod;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterNodeTest {
  @Test
  void thePodsOfADeadNodeAreReplacedAfterTheTimeThatTheyTolerate() throws Exception {
    try (var cluster =
        Cluster.builder().nodes(2).frozen().manifests(deployment(2, "one")).start()) {
      assertThat(cluster.pods().list())
          .extracting(it -> it.spec().nodeName())
          .doesNotHaveDuplicates();
      cluster.node("node-1").kill();

      cluster.clock().advance(ofSeconds(60));
      assertThat(ready(cluster, "node-1")).isEqualTo("Unknown");
      assertThat(cluster.node("node-1").name()).isEqualTo("node-1");
      cluster.clock().advance(ofSeconds(260));
      assertThat(cluster.pods().list()).hasSize(2).noneMatch(ClusterNodeTest::leaves);

      cluster.clock().advance(ofSeconds(60));
      assertThat(cluster.pods().list())
          .hasSize(3)
          .filteredOn(ClusterNodeTest::leaves)
          .hasSize(1)
          .allMatch(it -> it.spec().nodeName().equals("node-1"));
      assertThat(cluster.pods().list())
          .filteredOn(it -> it.spec().nodeName().equals("node-0"))
          .hasSize(2)
          .allMatch(Workloads::isReady);

      cluster.node("node-1").revive();
      cluster.clock().advance(ofSeconds(30));
      assertThat(ready(cluster, "node-1")).isEqualTo("True");
      assertThat(cluster.pods().list())
          .hasSize(2)
          .allMatch(it -> it.spec().nodeName().equals("node-0"));
    }
  }

  @Test
  void aNodeThatWasDeadIsDeadInAForkToo() throws Exception {
    try (var cluster = Cluster.builder().nodes(1).frozen().start()) {
      cluster.node("node-0").kill();
      try (var fork = cluster.fork()) {
        cluster.node("node-0").revive();
        fork.clock().advance(ofSeconds(60));
        cluster.clock().advance(ofSeconds(60));

        assertThat(ready(fork, "node-0")).isEqualTo("Unknown");
        assertThat(ready(cluster, "node-0")).isEqualTo("True");
      }
    }
  }

  @Test
  void aCordonedNodeGetsNoPods() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.node("node-0").cordon();
      cluster.apply(pod("web", "Always"));
      cluster.settle();
      assertThat(cluster.pods().list()).allMatch(it -> it.spec().nodeName().isEmpty());

      cluster.node("node-0").uncordon();
      cluster.clock().advance(ofSeconds(10)); // The scheduler waits a little before it tries again.
      assertThat(cluster.pods().list()).allMatch(Workloads::isReady);
    }
  }

  private static boolean leaves(Pod pod) {
    return pod.metadata().deletionTimestamp() != null;
  }

  private static String ready(Cluster cluster, String node) throws InterruptedException {
    return cluster
        .inProcessClient()
        .get(Node.RESOURCE, ObjectKey.clusterScoped(node))
        .status()
        .conditions()
        .stream()
        .filter(it -> it.type().equals("Ready"))
        .map(it -> it.status())
        .findFirst()
        .orElse("absent");
  }
}
