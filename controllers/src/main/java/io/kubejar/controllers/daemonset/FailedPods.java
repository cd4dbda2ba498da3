package io.kubejar.controllers.daemonset;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// How long the failed pods of a node stay before the next one is deleted: twice as long each time.
/// Upstream's limits. What has been quiet for long is forgotten, so it holds no more than the
/// places of failures of the last half hour. Safe for use by many threads.
final class FailedPods {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final Duration FORGOTTEN_AFTER = LONGEST.multipliedBy(2);

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Place, Wait> waits = new HashMap<>();

  FailedPods(InstantSource clock) {
    this.clock = clock;
  }

  /// How long the next failed pod of this place must still stay; empty if it may go.
  Optional<Duration> remaining(Place place) {
    lock.lock();
    try {
      var wait = waits.get(place);
      var now = clock.instant();
      return wait == null || isForgotten(wait, now)
          ? Optional.empty()
          : Optional.of(Duration.between(now, wait.since().plus(wait.length())))
              .filter(Duration::isPositive);
    } finally {
      lock.unlock();
    }
  }

  /// A failed pod of this place is deleted now.
  void deleted(Place place) {
    lock.lock();
    try {
      var now = clock.instant();
      waits.values().removeIf(wait -> isForgotten(wait, now));
      var before = waits.get(place);
      var doubled = before == null ? SHORTEST : before.length().multipliedBy(2);
      waits.put(place, new Wait(now, doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled));
    } finally {
      lock.unlock();
    }
  }

  private static boolean isForgotten(Wait wait, Instant now) {
    return wait.since().plus(FORGOTTEN_AFTER).isBefore(now);
  }

  /// One generation of a DaemonSet on one node: a new one starts without a past.
  record Place(String uid, long generation, String node) {}

  private record Wait(Instant since, Duration length) {}
}
