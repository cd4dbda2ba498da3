package io.kubejar.scheduler;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A pod that waits for a node, with its history in the queue. Owned by the [SchedulingQueue].
final class QueuedPod {
  private Pod pod;

  /// Breaks ties, so that the order is total.
  final long number;

  /// When it came into the active queue.
  Instant since;

  int attempts;

  /// When it was first tried, and when it was tried last.
  Instant firstAttempt = Instant.MIN;

  Instant lastAttempt = Instant.MIN;

  /// Failures in a row, which lengthen the next wait.
  int failures;

  /// When it may be tried again at the earliest.
  Instant backoffUntil = Instant.MIN;

  /// The rules that rejected it last; empty for a failure that was nobody's verdict.
  Set<String> rejectedBy = Set.of();

  @Nullable Place place;

  /// Where it waits.
  enum Place {
    ACTIVE,
    BACKOFF,
    UNSCHEDULABLE,
    GATED;

    /// What upstream's metrics call it.
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  QueuedPod(Pod pod, long number, Instant since) {
    this.pod = pod;
    this.number = number;
    this.since = since;
  }

  Pod pod() {
    return pod;
  }

  void update(Pod now) {
    pod = now;
  }

  String uid() {
    return pod.metadata().uid();
  }

  ObjectKey key() {
    return ObjectKey.of(pod);
  }

  int priority() {
    var priority = pod.spec().priority();
    return priority == null ? 0 : priority;
  }

  boolean isGated() {
    return !pod.spec().schedulingGates().isEmpty();
  }
}
