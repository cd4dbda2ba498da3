package io.kubejar.apimachinery.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConductorTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private final SteeredClock clock = SteeredClock.frozen(InstantSource.system(), START);
  private final List<RuntimeException> faults = new CopyOnWriteArrayList<>();
  private final Conductor conductor = new Conductor("test", clock, faults::add);

  @BeforeEach
  void start() {
    conductor.start();
  }

  @AfterEach
  void stop() {
    conductor.close();
  }

  @Test
  void everyTimerOnTheWayRunsAtItsMomentAndItsWorkIsDoneBeforeTheTimeGoesOn() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    var work = new Work(() -> seen.add("work at " + since()));
    conductor.add("work", work);
    conductor.settle();
    seen.clear();
    clock.schedule(Duration.ofMinutes(2), () -> work.announce());
    clock.schedule(Duration.ofMinutes(1), () -> work.announce());
    clock.schedule(Duration.ofHours(2), () -> seen.add("too late"));

    conductor.advance(Duration.ofHours(1));

    assertThat(seen).containsExactly("work at PT1M", "work at PT2M");
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofHours(1)));
  }

  @Test
  void aTimerThatSetsItselfAgainTakesPartInTheSameMove() throws Exception {
    var beats = new AtomicInteger();
    var beat =
        new Object() {
          void next() {
            clock.schedule(
                Duration.ofSeconds(10),
                () -> {
                  beats.incrementAndGet();
                  next();
                });
          }
        };
    beat.next();

    conductor.advance(Duration.ofMinutes(5));

    assertThat(beats).hasValue(30);
  }

  @Test
  void theTimeStopsWhereTheConditionHolds() throws Exception {
    var done = new AtomicInteger();
    clock.schedule(Duration.ofMinutes(7), done::incrementAndGet);

    assertThat(conductor.advanceUntil(() -> done.get() == 1, Duration.ofHours(1))).isTrue();
    assertThat(since()).isEqualTo(Duration.ofMinutes(7));

    assertThat(conductor.advanceUntil(() -> done.get() == 2, Duration.ofHours(1))).isFalse();
    assertThat(since()).isEqualTo(Duration.ofMinutes(67));
  }

  @Test
  void aRunningClockWakesItselfForTheNextTimer() throws Exception {
    var rang = new CountDownLatch(1);
    clock.run();
    clock.schedule(Duration.ofMillis(20), rang::countDown);

    rang.await();

    assertThat(clock.instant()).isAfterOrEqualTo(START.plusMillis(20));
  }

  @Test
  void aFailedPartIsReportedAndTheOthersGoOn() throws Exception {
    var steps = new AtomicInteger();
    conductor.add(
        "broken",
        new Work(
            () -> {
              throw new IllegalStateException("broken");
            }));
    conductor.add("sound", new Work(steps::incrementAndGet));

    conductor.settle();

    assertThat(faults).hasSize(1);
    assertThat(steps).hasPositiveValue();
  }

  @Test
  void aPartThatWasRemovedIsNotSteppedAgain() throws Exception {
    var steps = new AtomicInteger();
    var work = new Work(steps::incrementAndGet);
    var part = conductor.add("work", work);
    conductor.settle();
    int before = steps.get();

    conductor.remove(List.of(part));
    work.announce();
    conductor.settle();

    assertThat(steps).hasValue(before);
  }

  @Test
  void whoVisitsAnEndedConductorIsTold() {
    conductor.close();

    assertThatThrownBy(conductor::settle).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatAVisitThrowsReachesTheVisitor() {
    assertThatThrownBy(
            () ->
                conductor.call(
                    () -> {
                      throw new IllegalArgumentException("no");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no");
  }

  @Test
  void timeOnlyMovesForward() {
    assertThatThrownBy(() -> conductor.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.moveTo(START.minusSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Duration since() {
    return Duration.between(START, clock.instant());
  }

  /// Something to do, once per announcement.
  private static final class Work implements Steppable {
    private final Runnable action;
    private final AtomicInteger due = new AtomicInteger(1);
    private Runnable wakeUp = () -> {};

    Work(Runnable action) {
      this.action = action;
    }

    void announce() {
      due.incrementAndGet();
      wakeUp.run();
    }

    @Override
    public boolean step() {
      if (due.get() == 0) {
        return false;
      }
      due.decrementAndGet();
      action.run();
      return true;
    }

    @Override
    public void onWork(Runnable wakeUp) {
      this.wakeUp = wakeUp;
    }
  }
}
