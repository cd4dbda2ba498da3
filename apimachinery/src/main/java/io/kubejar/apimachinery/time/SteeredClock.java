package io.kubejar.apimachinery.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// A clock that runs along with the machine's until somebody stops it or moves it ahead.
///
/// Timers do not run by themselves: somebody, usually a [Conductor], calls [#runDue] when the time
/// has come. Reading and setting timers is safe for use by many threads; moving and running timers
/// is for one thread.
public final class SteeredClock implements Clock {
  private final InstantSource machine;
  private final VirtualClock timers;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Runnable onTimer = () -> {};
  private volatile Course course;

  private SteeredClock(InstantSource machine, Instant start, boolean runs) {
    this.machine = machine;
    timers = new VirtualClock(start);
    course = new Course(start, machine.instant(), runs);
  }

  /// A clock that shows this moment and stands still.
  ///
  /// @param machine what it runs along with when it is told to
  public static SteeredClock frozen(InstantSource machine, Instant start) {
    return new SteeredClock(machine, start, false);
  }

  /// A clock that shows this moment and runs.
  public static SteeredClock running(InstantSource machine, Instant start) {
    return new SteeredClock(machine, start, true);
  }

  /// A clock of its own that shows this moment, and runs if this one does.
  public SteeredClock from(Instant start) {
    return new SteeredClock(machine, start, runs());
  }

  @Override
  public Instant instant() {
    return course.at(machine);
  }

  @Override
  public Timer schedule(Duration delay, Runnable action) {
    var now = instant();
    var timer =
        timers.scheduleAt(delay.isNegative() ? now : VirtualClock.latest(now, delay), action);
    onTimer.run();
    return timer;
  }

  /// Whether the time passes by itself.
  public boolean runs() {
    return course.runs();
  }

  /// Stops the time where it is.
  public void freeze() {
    steer(instant(), false);
  }

  /// Lets the time pass, from where it is.
  public void run() {
    steer(instant(), true);
    onTimer.run();
  }

  /// Shows this moment from now on; goes on running if it did. Runs no timer.
  ///
  /// @throws IllegalArgumentException for a moment that has passed: time only moves forward
  public void moveTo(Instant moment) {
    lock.lock();
    try {
      if (moment.isBefore(instant())) {
        throw new IllegalArgumentException("time only moves forward, not to " + moment);
      }
      steer(moment, course.runs());
    } finally {
      lock.unlock();
    }
  }

  /// When the next timer is due, if there is one.
  public Optional<Instant> nextDeadline() {
    return timers.nextDeadline();
  }

  /// Runs the timers whose time has come, in the order of their deadlines. Returns how many.
  public int runDue() {
    return timers.advanceTo(instant());
  }

  /// Whom to tell when the next deadline may have changed. The listener is quick and may be called
  /// from any thread.
  void onTimer(Runnable listener) {
    onTimer = listener;
  }

  private void steer(Instant from, boolean runs) {
    lock.lock();
    try {
      course = new Course(from, machine.instant(), runs);
    } finally {
      lock.unlock();
    }
  }

  /// How the time passes since it was last steered.
  private record Course(Instant from, Instant machineThen, boolean runs) {
    Instant at(InstantSource machine) {
      if (!runs) {
        return from;
      }
      var passed = Duration.between(machineThen, machine.instant());
      return passed.isNegative() ? from : from.plus(passed);
    }
  }
}
