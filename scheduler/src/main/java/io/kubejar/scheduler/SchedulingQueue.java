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

  private static final String POD_ADDED = "UnschedulablePodAdd";
  private static final String FAILED = "ScheduleAttemptFailure";

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

  private final SchedulerWatcher watcher;
  private long numbers;
  private int gated;
  private Map<String, Integer> rejected = Map.of();

  SchedulingQueue(SchedulerWatcher watcher) {
    this.watcher = watcher;
  }

  /// Takes in a pod, or its new state. A change that could matter brings it forward.
  void put(Pod pod, Instant now) {
    var known = pods.get(pod.metadata().uid());
    if (known == null) {
      var fresh = new QueuedPod(pod, numbers++, now);
      pods.put(fresh.uid(), fresh);
      move(fresh, fresh.isGated() ? Place.GATED : Place.ACTIVE, POD_ADDED);
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
    var event = ClusterEvent.POD_CHANGED.label();
    if (known.isGated()) {
      move(known, Place.GATED, event);
    } else if (place == Place.GATED) {
      known.since = now;
      move(known, Place.ACTIVE, event);
    } else if (place == Place.UNSCHEDULABLE && (specChanged || labelsChanged)) {
      moveForward(known, now, event);
    } else {
      enter(known, place); // It has not moved.
    }
  }

  /// Forgets a pod that is gone or has a node.
  void remove(String uid) {
    var known = pods.remove(uid);
    if (known != null) {
      remove(known, known.place);
      rejectedBy(known, Set.of());
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
      next.lastAttempt = now;
      if (next.attempts++ == 0) {
        next.firstAttempt = now;
      }
      rejectedBy(next, Set.of());
    }
    return next;
  }

  /// Puts a pod back that fits nowhere; it waits for an event that the rules which rejected it care
  /// about.
  void waitForChange(QueuedPod pod, Set<String> rejectedBy, Instant now) {
    fail(pod, rejectedBy, now);
    if (pods.containsKey(pod.uid())) {
      pod.since = now;
      move(pod, Place.UNSCHEDULABLE, FAILED);
    }
  }

  /// Puts a pod back whose attempt failed for a reason outside the rules; it waits for some time.
  void waitForTime(QueuedPod pod, Instant now) {
    fail(pod, Set.of(), now);
    if (pods.containsKey(pod.uid())) {
      move(pod, Place.BACKOFF, FAILED);
    }
  }

  private void fail(QueuedPod pod, Set<String> rejectedBy, Instant now) {
    pod.failures++;
    rejectedBy(pod, pods.containsKey(pod.uid()) ? rejectedBy : Set.of());
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
      moveForward(pod, now, event.label());
    }
    return moved.size();
  }

  private void wakeUpDue(Instant now) {
    while (!backoff.isEmpty() && !backoff.first().backoffUntil.isAfter(now)) {
      var due = backoff.pollFirst();
      due.since = now;
      move(due, Place.ACTIVE, "BackoffComplete");
    }
    while (!unschedulable.isEmpty()
        && !unschedulable.first().since.plus(LONGEST_UNSCHEDULABLE).isAfter(now)) {
      moveForward(unschedulable.pollFirst(), now, "UnschedulableTimeout");
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

  private void moveForward(QueuedPod pod, Instant now, String event) {
    if (pod.backoffUntil.isAfter(now)) {
      move(pod, Place.BACKOFF, event);
    } else {
      pod.since = now;
      move(pod, Place.ACTIVE, event);
    }
  }

  private void move(QueuedPod pod, Place to, String event) {
    enter(pod, to);
    watcher.queued(to.label(), event);
  }

  private void enter(QueuedPod pod, Place to) {
    pod.place = to;
    switch (to) {
      case ACTIVE -> active.add(pod);
      case BACKOFF -> backoff.add(pod);
      case UNSCHEDULABLE -> unschedulable.add(pod);
      case GATED -> gated++; // Only a change of the pod itself brings it out.
    }
  }

  /// Who rejected the pod last, counted over all pods.
  private void rejectedBy(QueuedPod pod, Set<String> rules) {
    if (!pod.rejectedBy.equals(rules)) {
      var counts = new HashMap<>(rejected);
      pod.rejectedBy.forEach(rule -> counts.merge(rule, -1, Integer::sum));
      rules.forEach(rule -> counts.merge(rule, 1, Integer::sum));
      rejected = Map.copyOf(counts);
      pod.rejectedBy = rules;
    }
  }

  /// How many pods each rule keeps waiting; rules that once did are told with 0.
  Map<String, Integer> rejected() {
    return rejected;
  }

  int active() {
    return active.size();
  }

  int inBackoff() {
    return backoff.size();
  }

  int unschedulable() {
    return unschedulable.size();
  }

  int gated() {
    return gated;
  }

  private void remove(QueuedPod pod, @Nullable Place from) {
    switch (from) {
      case ACTIVE -> active.remove(pod);
      case BACKOFF -> backoff.remove(pod);
      case UNSCHEDULABLE -> unschedulable.remove(pod);
      case GATED -> gated--;
      case null -> {}
    }
    pod.place = null;
  }
}
