package io.kubejar.client;

import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Remembers what a controller has written and its cache has not shown yet, so that it does not do
/// it twice.
///
/// A creation is expected before the request and taken back if it fails; a deletion is expected by
/// the UID of what goes. If the cache stays silent for long, the expectation is given up: an event
/// may have been missed, and then looking again is better than standing still. Safe for use by many
/// threads.
public final class Expectations {
  /// How long the cache may stay silent.
  public static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(5);

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ObjectKey, Expected> expected = new HashMap<>();

  public Expectations(Clock clock) {
    this.clock = clock;
  }

  /// Whether the cache shows all that was written for this key.
  public boolean met(ObjectKey key) {
    lock.lock();
    try {
      var entry = expected.get(key);
      return entry == null
          || (entry.creations <= 0 && entry.deletions.isEmpty())
          || entry.since.plus(GIVEN_UP_AFTER).isBefore(clock.instant());
    } finally {
      lock.unlock();
    }
  }

  /// So many objects are about to be created. Replaces what was expected before.
  public void expectCreations(ObjectKey key, int count) {
    expect(key, count, Set.of());
  }

  /// So many more objects are about to be created, besides those still expected.
  public void expectMoreCreations(ObjectKey key, int count) {
    lock.lock();
    try {
      var entry = expected.get(key);
      int before = entry == null ? 0 : Math.max(0, entry.creations);
      expected.put(key, new Expected(clock.instant(), before + count, new HashSet<>()));
    } finally {
      lock.unlock();
    }
  }

  /// These objects (by UID) are about to be deleted. Replaces what was expected before.
  public void expectDeletions(ObjectKey key, Set<String> uids) {
    expect(key, 0, uids);
  }

  /// So many objects are about to be created, and these (by UID) to be deleted. Replaces what was
  /// expected before.
  public void expect(ObjectKey key, int creations, Set<String> deletions) {
    lock.lock();
    try {
      expected.put(key, new Expected(clock.instant(), creations, new HashSet<>(deletions)));
    } finally {
      lock.unlock();
    }
  }

  /// A creation has been seen, or has failed and will never be.
  public void creationSeen(ObjectKey key) {
    creationsSeen(key, 1);
  }

  public void creationsSeen(ObjectKey key, int count) {
    lock.lock();
    try {
      var entry = expected.get(key);
      if (entry != null) {
        entry.creations -= count;
      }
    } finally {
      lock.unlock();
    }
  }

  /// A deletion has been seen, or has failed and will never be.
  public void deletionSeen(ObjectKey key, String uid) {
    lock.lock();
    try {
      var entry = expected.get(key);
      if (entry != null) {
        entry.deletions.remove(uid);
      }
    } finally {
      lock.unlock();
    }
  }

  /// The owner is gone.
  public void forget(ObjectKey key) {
    lock.lock();
    try {
      expected.remove(key);
    } finally {
      lock.unlock();
    }
  }

  private static final class Expected {
    private final Instant since;
    private int creations;
    private final Set<String> deletions;

    Expected(Instant since, int creations, Set<String> deletions) {
      this.since = since;
      this.creations = creations;
      this.deletions = deletions;
    }
  }
}
