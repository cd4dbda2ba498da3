package io.kubejar.kubelet;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.RealClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// The real time, plus what a test has added to it: a node that talks to real containers lives
/// through an hour at once.
final class MovableClock implements Clock, AutoCloseable {
  private final RealClock real = new RealClock();
  private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
  private volatile Duration ahead = Duration.ZERO;

  @Override
  public Instant instant() {
    return real.instant().plus(ahead);
  }

  @Override
  public Timer schedule(Duration delay, Runnable action) {
    var timer = new Pending(instant().plus(delay), action);
    pending.add(timer);
    real.schedule(delay, timer::fire);
    return timer::take;
  }

  /// Moves the time on; what has become due by it runs on the caller's thread.
  void advance(Duration time) {
    ahead = ahead.plus(time);
    var now = instant();
    pending.stream().filter(timer -> !timer.due.isAfter(now)).forEach(Pending::fire);
  }

  @Override
  public void close() {
    real.close();
  }

  private final class Pending {
    final Instant due;
    private final Runnable action;
    private final AtomicBoolean taken = new AtomicBoolean();

    Pending(Instant due, Runnable action) {
      this.due = due;
      this.action = action;
    }

    boolean take() {
      pending.remove(this);
      return taken.compareAndSet(false, true);
    }

    void fire() {
      if (take()) {
        action.run();
      }
    }
  }
}
