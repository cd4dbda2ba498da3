package io.kubejar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.time.VirtualClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private final VirtualClock clock = new VirtualClock();
  private final WorkQueue<String> queue = new WorkQueue<>(clock);

  @Test
  void keepsAKeyOnce() {
    queue.add("a");
    queue.add("b");
    queue.add("a");

    assertThat(queue.poll()).isEqualTo("a");
    assertThat(queue.poll()).isEqualTo("b");
    assertThat(queue.poll()).isNull();
  }

  @Test
  void neverGivesAKeyToTwoAtOnceAndForgetsNoChange() {
    queue.add("a");
    assertThat(queue.poll()).isEqualTo("a");
    queue.add("a");
    queue.add("a");

    assertThat(queue.poll()).isNull();
    queue.done("a");
    assertThat(queue.poll()).isEqualTo("a");
    queue.done("a");
    assertThat(queue.poll()).isNull();
  }

  @Test
  void givesADelayedKeyWhenItIsDueAndNotBefore() {
    queue.addAfter("a", Duration.ofSeconds(10));

    clock.advance(Duration.ofSeconds(9));
    assertThat(queue.poll()).isNull();
    clock.advance(Duration.ofSeconds(1));
    assertThat(queue.poll()).isEqualTo("a");
  }

  @Test
  void ofTwoDelaysTheShorterCounts() {
    queue.addAfter("a", Duration.ofSeconds(10));
    queue.addAfter("a", Duration.ofSeconds(3));
    queue.addAfter("a", Duration.ofSeconds(20));

    clock.advance(Duration.ofSeconds(3));
    assertThat(queue.poll()).isEqualTo("a");
    queue.done("a");
    clock.advance(Duration.ofSeconds(30));
    assertThat(queue.poll()).isNull();
  }

  @Test
  void aFailingKeyWaitsTwiceAsLongEachTimeUpToALimit() {
    var delays = new RetryDelays<String>(clock);

    assertThat(delays.next("a")).isEqualTo(Duration.ofMillis(5));
    assertThat(delays.next("a")).isEqualTo(Duration.ofMillis(10));
    assertThat(delays.next("a")).isEqualTo(Duration.ofMillis(20));
    for (int i = 0; i < 60; i++) {
      delays.next("a");
    }
    assertThat(delays.next("a")).isEqualTo(Duration.ofSeconds(1000));
    delays.forget("a");
    assertThat(delays.next("a")).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void manyFailingKeysTogetherComeBackNoFasterThanTheBucketAllows() {
    var delays = new RetryDelays<Integer>(clock);
    for (int key = 0; key < RetryDelays.BURST; key++) {
      assertThat(delays.next(key)).isEqualTo(Duration.ofMillis(5));
    }

    assertThat(delays.next(1000)).isEqualTo(Duration.ofMillis(100));
    assertThat(delays.next(1001)).isEqualTo(Duration.ofMillis(200));
    clock.advance(Duration.ofSeconds(60));
    assertThat(delays.next(1002)).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void wakesItsListenersForEveryNewKey() {
    var woken = new AtomicInteger();
    queue.onWork(woken::incrementAndGet);
    int before = woken.get();
    queue.add("a");
    queue.add("a");

    assertThat(woken.get()).isEqualTo(before + 1);
  }

  @Test
  void takesNothingMoreOnceClosed() {
    queue.add("a");
    queue.addAfter("b", Duration.ofSeconds(1));
    queue.close();
    queue.add("c");
    clock.advance(Duration.ofSeconds(5));

    assertThat(queue.poll()).isNull();
  }
}
