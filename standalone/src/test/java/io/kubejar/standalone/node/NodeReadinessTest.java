package io.kubejar.standalone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.testing.InMemoryApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeReadinessTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00.5Z");
  private static final Instant BEFORE = START.minusSeconds(3);
  private static final Instant AFTER = START.plusSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final InMemoryApi api = new InMemoryApi(InstantSource.system());
  private final Thread waiting =
      Thread.ofVirtual()
          .unstarted(
              () -> {
                try {
                  new NodeReadiness(api, "node-1", START).await();
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
              });

  @BeforeEach
  void theNodeWasReadyBefore() throws InterruptedException {
    api.create(
        Node.RESOURCE,
        Node.EMPTY
            .withMetadata(ObjectMeta.builder().name("node-1").build())
            .withStatus(status("True", BEFORE)));
    api.create(
        Lease.RESOURCE,
        new Lease(
            ObjectMeta.builder().namespace("kube-node-lease").name("node-1").build(),
            LeaseSpec.EMPTY.withRenewTime(BEFORE)));
    waiting.start();
  }

  @AfterEach
  void endTheWait() throws InterruptedException {
    waiting.interrupt();
    waiting.join();
  }

  @Test
  void anOldReadyConditionDoesNotCount() throws InterruptedException {
    renewLease();
    report("False", AFTER);
    report("True", BEFORE);
    assertThat(stillWaits()).isTrue();

    report("True", AFTER);

    assertThat(waiting.join(LIMIT)).isTrue();
  }

  @Test
  void anOldLeaseDoesNotCount() throws InterruptedException {
    report("True", AFTER);
    assertThat(stillWaits()).isTrue();

    renewLease();

    assertThat(waiting.join(LIMIT)).isTrue();
  }

  /// Lets the thread go as far as it can: to its end, or to where it waits for news.
  private boolean stillWaits() {
    while (waiting.getState() != Thread.State.WAITING
        && waiting.getState() != Thread.State.TERMINATED) {
      Thread.onSpinWait();
    }
    return waiting.isAlive();
  }

  private void renewLease() throws InterruptedException {
    var lease = api.get(Lease.RESOURCE, new ObjectKey("kube-node-lease", "node-1"));
    api.update(Lease.RESOURCE, lease.withSpec(lease.spec().withRenewTime(AFTER)));
  }

  private void report(String ready, Instant heartbeat) throws InterruptedException {
    var node = api.get(Node.RESOURCE, ObjectKey.clusterScoped("node-1"));
    api.updateStatus(Node.RESOURCE, node.withStatus(status(ready, heartbeat)));
  }

  private static NodeStatus status(String ready, Instant heartbeat) {
    return NodeStatus.EMPTY.withConditions(
        List.of(
            NodeCondition.EMPTY
                .withType("Ready")
                .withStatus(ready)
                .withLastHeartbeatTime(heartbeat)));
  }
}
