package io.kubejar.controllers.podgc;

import static io.kubejar.controllers.testing.Objects.readyNode;
import static io.kubejar.controllers.testing.Objects.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PodGarbageCollectorTest {
  private final World world = new World(new PodGarbageCollector(2));

  @Test
  void removesThePodsOfANodeThatIsGone() throws InterruptedException {
    world.create(Node.RESOURCE, readyNode("node"));
    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    world.settle();
    world.delete(Node.RESOURCE, "", "node");
    world.settle();
    assertThat(world.list(Pod.RESOURCE)).hasSize(1);
    world.pass(Duration.ofSeconds(41));

    assertThat(world.list(Pod.RESOURCE)).isEmpty();
  }

  @Test
  void keepsOnlySoManyPodsThatHaveEnded() throws InterruptedException {
    world.create(Node.RESOURCE, readyNode("node"));
    for (var name : new String[] {"first", "second", "third"}) {
      var pod = running(name, "10.0.0.1", false);
      world.create(Pod.RESOURCE, pod.withStatus(pod.status().withPhase("Succeeded")));
      world.clock.advance(Duration.ofSeconds(1));
    }
    world.settle();

    assertThat(world.list(Pod.RESOURCE))
        .extracting(pod -> pod.metadata().name())
        .containsExactly("second", "third");
  }
}
