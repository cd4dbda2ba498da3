package io.kubejar.apimachinery.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A clock that stands still until somebody moves it.
///
/// Timers run on the thread that moves the clock, in the order of their deadlines; timers of the
/// same deadline run in the order in which they were set. While a timer's action runs, the clock
/// shows that timer's deadline. A timer set by an action takes part in the same move if its
/// deadline falls into it. Safe for use by many threads.
public final class VirtualClock implements Clock {
  /// A round number in the future of every certificate and token that a test may bring along.
  public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private static final Comparator<Alarm> ORDER =
      Comparator.comparing(Alarm::deadline).thenComparingLong(Alarm::number);

  private final ReentrantLock lock = new ReentrantLock();
  private final TreeSet<Alarm> alarms = new TreeSet<>(ORDER);
  private Instant now;
  private long alarmsSet;

  public VirtualClock() {
    this(START);
  }

  public VirtualClock(Instant start) {
    now = start;
  }

  @Override
  public Instant instant() {
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable action) {
    lock.lock();
    try {
      return set(delay.isNegative() ? now : latest(now, delay), action);
    } finally {
      lock.unlock();
    }
  }

  /// Runs the action once, when the time has come to this moment. A moment that has passed means as
  /// soon as the clock is moved again.
  Timer scheduleAt(Instant deadline, Runnable action) {
    lock.lock();
    try {
      return set(deadline.isBefore(now) ? now : deadline, action);
    } finally {
      lock.unlock();
    }
  }

  private Timer set(Instant deadline, Runnable action) {
    var alarm = new Alarm(deadline, alarmsSet++, action);
    alarms.add(alarm);
    return () -> forget(alarm);
  }

  /// Moves the time forward, running every timer on the way. Returns how many ran.
  public int advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time only moves forward: " + by);
    }
    return advanceTo(instant().plus(by));
  }

  /// Moves the time forward to this moment, running every timer on the way. Returns how many ran.
  public int advanceTo(Instant moment) {
    int ran = 0;
    for (var alarm = takeUntil(moment); alarm != null; alarm = takeUntil(moment)) {
      alarm.action().run();
      ran++;
    }
    return ran;
  }

  /// Moves the time to the next timer and runs it and no other. False if there is none.
  public boolean advanceToNextTimer() {
    var next = takeUntil(Instant.MAX);
    if (next == null) {
      return false;
    }
    next.action().run();
    return true;
  }

  /// When the next timer is due, if there is one.
  public Optional<Instant> nextDeadline() {
    lock.lock();
    try {
      return alarms.isEmpty() ? Optional.empty() : Optional.of(alarms.first().deadline());
    } finally {
      lock.unlock();
    }
  }

  /// Takes out the first timer up to that moment and sets the time to its deadline; without one, to
  /// the moment.
  private @Nullable Alarm takeUntil(Instant moment) {
    lock.lock();
    try {
      if (alarms.isEmpty() || alarms.first().deadline().isAfter(moment)) {
        if (moment.isAfter(now) && !moment.equals(Instant.MAX)) {
          now = moment;
        }
        return null;
      }
      var first = alarms.removeFirst();
      if (first.deadline().isAfter(now)) {
        now = first.deadline();
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  /// The moment after this delay, or the last one there is.
  static Instant latest(Instant from, Duration delay) {
    return Duration.between(from, Instant.MAX).compareTo(delay) <= 0
        ? Instant.MAX
        : from.plus(delay);
  }

  private void forget(Alarm alarm) {
    lock.lock();
    try {
      alarms.remove(alarm);
    } finally {
      lock.unlock();
    }
  }

  private record Alarm(Instant deadline, long number, Runnable action) {}
}
