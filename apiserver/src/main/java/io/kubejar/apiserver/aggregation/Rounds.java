package io.kubejar.apiserver.aggregation;

import io.kubejar.apimachinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/// Looks at each of several things now and then: after a success when the round is over, after a
/// failure sooner, and at once when told that it has changed.
///
/// A look may wait for a network, so each has a thread of its own, [#AT_ONCE_MAX] of them at a
/// time. Everything else happens in [#step], on its caller's thread.
final class Rounds implements AutoCloseable {
  /// How many looks may be under way. The others wait for their turn.
  static final int AT_ONCE_MAX = 5;

  /// How long to wait between two looks.
  ///
  /// @param round after a success
  /// @param firstRetry after the first failure; doubled with each further one
  /// @param lastRetry at most
  record Pace(Duration round, Duration firstRetry, Duration lastRetry) {}

  /// Looks at one thing. False, or an exception, if it has to be looked at again soon.
  @FunctionalInterface
  interface Look {
    boolean at(String key) throws InterruptedException;
  }

  private record Result(String key, boolean success) {}

  private static final class Place {
    final String key;
    Instant due;
    int failures;
    boolean running;
    boolean again;

    Place(String key, Instant due) {
      this.key = key;
      this.due = due;
    }
  }

  private final Clock clock;
  private final Pace pace;
  private final Look look;
  private final Map<String, Place> places = new HashMap<>();
  private final Queue<Result> results = new ConcurrentLinkedQueue<>();
  private final Semaphore free = new Semaphore(AT_ONCE_MAX);
  private final ThreadGroupOfLooks threads = new ThreadGroupOfLooks();
  private volatile Runnable wakeUp = () -> {};
  private Clock.Timer alarm = () -> {};

  Rounds(Clock clock, Pace pace, Look look) {
    this.clock = clock;
    this.pace = pace;
    this.look = look;
  }

  void onWork(Runnable listener) {
    wakeUp = listener;
  }

  /// From now on looks at exactly these, at once at new ones.
  void follow(Set<String> keys) {
    places.keySet().retainAll(keys);
    keys.forEach(key -> places.computeIfAbsent(key, it -> new Place(it, clock.instant())));
  }

  /// Looks again at once, however the last look ended.
  void again(String key) {
    var place = places.get(key);
    if (place != null) {
      place.due = clock.instant();
      place.failures = 0;
      place.again = place.running;
    }
  }

  /// Takes what the last looks found and begins those that are due.
  void step() {
    for (var result = results.poll(); result != null; result = results.poll()) {
      finished(result);
    }
    var now = clock.instant();
    var due = new ArrayDeque<Place>();
    places.values().stream()
        .filter(place -> !place.running && !place.due.isAfter(now))
        .forEach(due::add);
    while (!due.isEmpty() && free.tryAcquire()) {
      begin(due.remove());
    }
    if (due.isEmpty()) { // Otherwise the next free place wakes us.
      sleep(now);
    }
  }

  private void finished(Result result) {
    var place = places.get(result.key);
    if (place == null) {
      return;
    }
    place.running = false;
    if (place.again) {
      place.again = false;
      return; // It is due already.
    }
    place.failures = result.success ? 0 : place.failures + 1;
    place.due = clock.instant().plus(result.success ? pace.round : retry(place.failures));
  }

  private Duration retry(int failures) {
    int doublings = Math.min(failures - 1, 30);
    var wait = pace.firstRetry.multipliedBy(1L << doublings);
    return wait.compareTo(pace.lastRetry) < 0 ? wait : pace.lastRetry;
  }

  private void begin(Place place) {
    place.running = true;
    var key = place.key;
    threads.start(
        () -> {
          boolean success = false;
          try {
            success = look.at(key);
          } finally {
            results.add(new Result(key, success));
            free.release();
            wakeUp.run();
          }
        });
  }

  private void sleep(Instant now) {
    places.values().stream()
        .filter(place -> !place.running)
        .map(place -> place.due)
        .min(Instant::compareTo)
        .ifPresent(
            next -> {
              alarm.cancel();
              alarm = clock.schedule(Duration.between(now, next), wakeUp);
            });
  }

  /// Ends the looks that are under way.
  @Override
  public void close() {
    threads.close();
  }
}
