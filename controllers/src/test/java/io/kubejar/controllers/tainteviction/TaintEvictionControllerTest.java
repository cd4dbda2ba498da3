package io.kubejar.controllers.tainteviction;

import static io.kubejar.controllers.testing.Objects.readyNode;
import static io.kubejar.controllers.testing.Objects.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaintEvictionControllerTest {
  private static final Taint TAINT = Taint.EMPTY.withKey("evict").withEffect("NoExecute");

  private final World world = new World(new TaintEvictionController());

  @Test
  void aTaintThatDoesNotSayItsAgeCountsFromWhenItIsSeen() throws InterruptedException {
    podsThatTolerate(10, 30);
    taint(TAINT);

    world.pass(Duration.ofSeconds(9));
    assertThat(left()).containsExactly("for-10", "for-30");
    world.pass(Duration.ofSeconds(1));
    assertThat(left()).containsExactly("for-30");
    world.pass(Duration.ofSeconds(20));
    assertThat(left()).isEmpty();
  }

  @Test
  void aTaintThatSaysItsAgeCountsFromThen() throws InterruptedException {
    podsThatTolerate(10);
    world.clock.advance(Duration.ofSeconds(8));
    taint(TAINT.withTimeAdded(VirtualClock.START));

    world.pass(Duration.ofSeconds(2));

    assertThat(left()).isEmpty();
  }

  @Test
  void aTaintThatIsTakenAwayAndComesAgainCountsAnew() throws InterruptedException {
    podsThatTolerate(10);
    taint(TAINT);
    world.pass(Duration.ofSeconds(9));
    taint();
    world.pass(Duration.ofSeconds(5));
    taint(TAINT);

    world.pass(Duration.ofSeconds(9));
    assertThat(left()).containsExactly("for-10");
    world.pass(Duration.ofSeconds(1));
    assertThat(left()).isEmpty();
  }

  private void podsThatTolerate(long... seconds) throws InterruptedException {
    world.create(Node.RESOURCE, readyNode("node"));
    for (long each : seconds) {
      var pod = running("for-" + each, "10.0.0.1", true);
      var toleration =
          Toleration.EMPTY.withKey("evict").withOperator("Exists").withTolerationSeconds(each);
      world.create(Pod.RESOURCE, pod.withSpec(pod.spec().withTolerations(List.of(toleration))));
    }
    world.settle();
  }

  private void taint(Taint... taints) throws InterruptedException {
    world.change(
        Node.RESOURCE, "", "node", node -> node.withSpec(node.spec().withTaints(List.of(taints))));
    world.settle();
  }

  /// The pods that nobody has asked to end.
  private List<String> left() {
    return world.list(Pod.RESOURCE).stream()
        .filter(pod -> pod.metadata().deletionTimestamp() == null)
        .map(pod -> pod.metadata().name())
        .toList();
  }
}
