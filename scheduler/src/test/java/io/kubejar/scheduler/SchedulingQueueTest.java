package io.kubejar.scheduler;

import static io.kubejar.apimachinery.time.VirtualClock.START;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.scheduler.QueuedPod.Place;
import io.kubejar.scheduler.framework.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {
  private final SchedulingQueue queue = new SchedulingQueue(SchedulerWatcher.NOBODY);

  @Test
  void givesTheMoreImportantThenTheOlderPod() {
    queue.put(pod("old", 0), START);
    queue.put(pod("new", 0), START.plusSeconds(1));
    queue.put(pod("important", 5), START.plusSeconds(2));

    assertThat(IntStream.range(0, 3).mapToObj(_ -> take(START.plusSeconds(3)).key().name()))
        .containsExactly("important", "old", "new");
    assertThat(queue.take(START.plusSeconds(3))).isNull();
  }

  @Test
  void doublesTheWaitUpToTenSeconds() {
    assertThat(IntStream.rangeClosed(1, 6).mapToObj(SchedulingQueue::backoff))
        .containsExactly(
            ofSeconds(1), ofSeconds(2), ofSeconds(4), ofSeconds(8), ofSeconds(10), ofSeconds(10));
  }

  @Test
  void keepsAPodInBackOffThoughAnEventSpokeForIt() {
    queue.put(pod("a", 0), START);
    queue.waitForChange(take(START), Set.of("NodeResourcesFit"), START);

    assertThat(queue.onEvent(ClusterEvent.NODE_ADDED, _ -> true, START)).isOne();

    assertThat(queue.size(Place.BACKOFF)).isOne();
    assertThat(queue.nextWakeUp()).contains(START.plusSeconds(1));
    assertThat(queue.take(START.plusMillis(999))).isNull();
    assertThat(take(START.plusSeconds(1)).attempts).isEqualTo(2);
  }

  @Test
  void triesAPodAgainAfterFiveMinutesAnyway() {
    queue.put(pod("a", 0), START);
    queue.waitForChange(take(START), Set.of("NodeName"), START);

    var later = START.plus(Duration.ofMinutes(5));
    assertThat(queue.nextWakeUp()).contains(later);
    assertThat(queue.take(later.minusNanos(1))).isNull();
    assertThat(take(later).key().name()).isEqualTo("a");
  }

  @Test
  void doesNotTakeAPodBackThatWasRemovedWhileItWasTried() {
    queue.put(pod("a", 0), START);
    var taken = take(START);

    queue.remove("a");
    queue.waitForTime(taken, START);

    assertThat(queue.take(START.plus(Duration.ofHours(1)))).isNull();
    assertThat(queue.all()).isEmpty();
  }

  @Test
  void bringsAWaitingPodForwardWhenItsSpecChanges() {
    queue.put(pod("a", 0), START);
    queue.waitForChange(take(START), Set.of("TaintToleration"), START);

    queue.put(pod("a", 7), START.plusSeconds(2));

    assertThat(take(START.plusSeconds(2)).priority()).isEqualTo(7);
  }

  private QueuedPod take(Instant now) {
    return Objects.requireNonNull(queue.take(now));
  }

  private static Pod pod(String name, int priority) {
    return Pod.builder()
        .metadata(ObjectMeta.builder().namespace("default").name(name).uid(name).build())
        .spec(PodSpec.builder().priority(priority).build())
        .build();
  }
}
