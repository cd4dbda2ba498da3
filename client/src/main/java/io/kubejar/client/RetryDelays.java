package io.kubejar.client;

import io.kubejar.apimachinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// How long a key that failed waits: twice as long with every failure in a row, and never so that
/// all keys together come back faster than a bucket allows. Both limits are upstream's.
public final class RetryDelays<K> {
  static final Duration SHORTEST = Duration.ofMillis(5);
  static final Duration LONGEST = Duration.ofSeconds(1000);
  static final double RETRIES_PER_SECOND = 10;
  static final int BURST = 100;

  private final Clock clock;
  private final Duration shortest;
  private final Duration longest;
  private final Map<K, Integer> failures = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private double tokens = BURST;
  private Instant refilled;

  public RetryDelays(Clock clock) {
    this(clock, SHORTEST, LONGEST);
  }

  public RetryDelays(Clock clock, Duration shortest, Duration longest) {
    this.clock = clock;
    this.shortest = shortest;
    this.longest = longest;
    refilled = clock.instant();
  }

  /// Counts one more failure of the key and says how long it waits.
  Duration next(K key) {
    int before = failures.merge(key, 1, Integer::sum) - 1;
    var own = exponential(before);
    var shared = reserveToken();
    return own.compareTo(shared) >= 0 ? own : shared;
  }

  void forget(K key) {
    failures.remove(key);
  }

  int failures(K key) {
    return failures.getOrDefault(key, 0);
  }

  private Duration exponential(int failuresBefore) {
    // 2^40 times the shortest wait is beyond any longest one; more would overflow.
    var wait = shortest.multipliedBy(1L << Math.min(failuresBefore, 40));
    return wait.compareTo(longest) > 0 ? longest : wait;
  }

  /// Takes a token, maybe one of the future, and says how far off it is.
  private Duration reserveToken() {
    lock.lock();
    try {
      var now = clock.instant();
      var passed = Duration.between(refilled, now);
      if (passed.isPositive()) {
        tokens = Math.min(BURST, tokens + passed.toNanos() / 1e9 * RETRIES_PER_SECOND);
        refilled = now;
      }
      tokens -= 1;
      return tokens >= 0
          ? Duration.ZERO
          : Duration.ofNanos((long) (-tokens / RETRIES_PER_SECOND * 1e9));
    } finally {
      lock.unlock();
    }
  }
}
