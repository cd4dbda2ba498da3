package io.kubejar.scheduler;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.scheduler.QueuedPod.Place;
import io.kubejar.scheduler.framework.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The pods without a node: ready to be tried, waiting out a failure, waiting for a change, or
/// gated.
///
/// It holds each pod once, so it is as large as the number of unscheduled pods. Not safe for
/// several threads.
final class SchedulingQueue {
  static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

  /// After this long a pod is tried again even if no event spoke for it.
  static final Duration LONGEST_UNSCHEDULABLE = Duration.ofMinutes(5);

  private static final Comparator<QueuedPod> BY_PRIORITY_THEN_TIME =
      Comparator.comparingInt(QueuedPod::priority)
          .reversed()
          .thenComparing(pod -> pod.since)
          .thenComparingLong(pod -> pod.number);

  private static final Comparator<QueuedPod> BY_BACKOFF =
      Comparator.<QueuedPod, Instant>comparing(pod -> pod.backoffUntil)
          .thenComparingLong(pod -> pod.number);

  private final Map<String, QueuedPod> pods = new HashMap<>();
  private final TreeSet<QueuedPod> active = new TreeSet<>(BY_PRIORITY_THEN_TIME);
  private final TreeSet<QueuedPod> backoff = new TreeSet<>(BY_BACKOFF);

  /// By the time they came here, so that the longest waiting is first.
  private final TreeSet<QueuedPod> unschedulable =
      new TreeSet<>(
          Comparator.<QueuedPod, Instant>comparing(pod -> pod.since)
              .thenComparingLong(pod -> pod.number));

  private long numbers;

  /// Takes in a pod, or its new state. A change that could matter brings it forward.
  void put(Pod pod, Instant now) {
    var known = pods.get(pod.metadata().uid());
    if (known == null) {
      var fresh = new QueuedPod(pod, numbers++, now);
      pods.put(fresh.uid(), fresh);
      move(fresh, fresh.isGated() ? Place.GATED : Place.ACTIVE);
      return;
    }
    boolean specChanged = !known.pod().spec().equals(pod.spec());
    boolean labelsChanged = !known.pod().metadata().labels().equals(pod.metadata().labels());
    var place = known.place;
    remove(known, place);
    known.update(pod);
    if (place == null) {
      return; // It is being tried right now.
    }
    if (known.isGated()) {
      move(known, Place.GATED);
    } else if (place == Place.GATED) {
      known.since = now;
      move(known, Place.ACTIVE);
    } else if (place == Place.UNSCHEDULABLE && (specChanged || labelsChanged)) {
      moveForward(known, now);
    } else {
      move(known, place);
    }
  }

  /// Forgets a pod that is gone or has a node.
  void remove(String uid) {
    var known = pods.remove(uid);
    if (known != null) {
      remove(known, known.place);
    }
  }

  Optional<QueuedPod> find(String uid) {
    return Optional.ofNullable(pods.get(uid));
  }

  /// Takes the next pod to try out of the queue.
  @Nullable QueuedPod take(Instant now) {
    wakeUpDue(now);
    var next = active.pollFirst();
    if (next != null) {
      next.place = null;
      next.attempts++;
    }
    return next;
  }

  /// Puts a pod back that fits nowhere; it waits for an event that the rules which rejected it care
  /// about.
  void waitForChange(QueuedPod pod, Set<String> rejectedBy, Instant now) {
    fail(pod, rejectedBy, now);
    if (pods.containsKey(pod.uid())) {
      pod.since = now;
      move(pod, Place.UNSCHEDULABLE);
    }
  }

  /// Puts a pod back whose attempt failed for a reason outside the rules; it waits for some time.
  void waitForTime(QueuedPod pod, Instant now) {
    fail(pod, Set.of(), now);
    if (pods.containsKey(pod.uid())) {
      move(pod, Place.BACKOFF);
    }
  }

  private static void fail(QueuedPod pod, Set<String> rejectedBy, Instant now) {
    pod.failures++;
    pod.rejectedBy = rejectedBy;
    pod.backoffUntil = now.plus(backoff(pod.failures));
  }

  static Duration backoff(int failures) {
    var wait = FIRST_BACKOFF;
    for (int i = 1; i < failures && wait.compareTo(LONGEST_BACKOFF) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(LONGEST_BACKOFF) < 0 ? wait : LONGEST_BACKOFF;
  }

  /// Brings the waiting pods forward for which the event is good news.
  ///
  /// @param concerns whether a rule that rejected the pod is retried on the event
  int onEvent(ClusterEvent event, Predicate<QueuedPod> concerns, Instant now) {
    var moved = unschedulable.stream().filter(concerns).toList();
    for (var pod : moved) {
      remove(pod, Place.UNSCHEDULABLE);
      moveForward(pod, now);
    }
    return moved.size();
  }

  private void wakeUpDue(Instant now) {
    while (!backoff.isEmpty() && !backoff.first().backoffUntil.isAfter(now)) {
      var due = backoff.pollFirst();
      due.since = now;
      move(due, Place.ACTIVE);
    }
    while (!unschedulable.isEmpty()
        && !unschedulable.first().since.plus(LONGEST_UNSCHEDULABLE).isAfter(now)) {
      moveForward(unschedulable.pollFirst(), now);
    }
  }

  /// When a pod comes forward by itself, if one is waiting for that.
  Optional<Instant> nextWakeUp() {
    var ofBackoff = backoff.isEmpty() ? Instant.MAX : backoff.first().backoffUntil;
    var ofUnschedulable =
        unschedulable.isEmpty()
            ? Instant.MAX
            : unschedulable.first().since.plus(LONGEST_UNSCHEDULABLE);
    var first = ofBackoff.isBefore(ofUnschedulable) ? ofBackoff : ofUnschedulable;
    return first.equals(Instant.MAX) ? Optional.empty() : Optional.of(first);
  }

  boolean hasActive() {
    return !active.isEmpty();
  }

  /// How many pods wait at this place.
  int size(Place place) {
    return (int) pods.values().stream().filter(pod -> pod.place == place).count();
  }

  List<QueuedPod> all() {
    return List.copyOf(pods.values());
  }

  private void moveForward(QueuedPod pod, Instant now) {
    if (pod.backoffUntil.isAfter(now)) {
      move(pod, Place.BACKOFF);
    } else {
      pod.since = now;
      move(pod, Place.ACTIVE);
    }
  }

  private void move(QueuedPod pod, Place to) {
    pod.place = to;
    switch (to) {
      case ACTIVE -> active.add(pod);
      case BACKOFF -> backoff.add(pod);
      case UNSCHEDULABLE -> unschedulable.add(pod);
      case GATED -> {} // Only a change of the pod itself brings it out.
    }
  }

  private void remove(QueuedPod pod, @Nullable Place from) {
    switch (from) {
      case ACTIVE -> active.remove(pod);
      case BACKOFF -> backoff.remove(pod);
      case UNSCHEDULABLE -> unschedulable.remove(pod);
      case GATED -> {}
      case null -> {}
    }
    pod.place = null;
  }
}
