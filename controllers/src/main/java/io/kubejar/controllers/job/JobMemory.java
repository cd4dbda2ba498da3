package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.Client;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.OwnWrites;
import io.kubejar.controllers.pods.UncertainWrites;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What the controller knows of Jobs and the API does not show: what it has written that its caches
/// do not show yet, and how often pods have failed in a row. A crash forgets all of it, which costs
/// a look or a wait, but no count. Bounded by the Jobs that go on. Safe for use by many threads.
final class JobMemory {
  private final Expectations expectations;
  private final UncertainWrites uncertain;
  private final Map<ObjectKey, Set<String>> released = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Backoff> backoffs = new ConcurrentHashMap<>();
  private final OwnWrites statuses = new OwnWrites();

  JobMemory(Client client, Informer<Pod> pods, Clock clock) {
    expectations = new Expectations(clock);
    uncertain = new UncertainWrites(client, pods);
  }

  /// Pods that are about to be made and deleted.
  Expectations expectations() {
    return expectations;
  }

  /// Creations whose answer was lost.
  UncertainWrites uncertain() {
    return uncertain;
  }

  /// Whether the cache shows every pod that was made or deleted for the Job.
  boolean showsPods(Job job) throws InterruptedException {
    return expectations.met(ObjectKey.of(job)) && uncertain.settled(job);
  }

  /// The statuses that were written last.
  OwnWrites statuses() {
    return statuses;
  }

  /// UIDs of pods whose finalizers have been removed, though the cache may still show them.
  Set<String> released(ObjectKey job) {
    return Set.copyOf(released.getOrDefault(job, Set.of()));
  }

  void releasing(ObjectKey job, Collection<String> uids) {
    released.computeIfAbsent(job, _ -> ConcurrentHashMap.newKeySet()).addAll(uids);
  }

  /// The cache shows the pod without its finalizer, or the removal has failed.
  void releaseSeen(ObjectKey job, String uid) {
    var uids = released.get(job);
    if (uids != null) {
      uids.remove(uid);
    }
  }

  Backoff backoff(ObjectKey job) {
    return backoffs.getOrDefault(job, Backoff.NONE);
  }

  void backoff(ObjectKey job, Backoff backoff) {
    if (backoff.equals(Backoff.NONE)) {
      backoffs.remove(job);
    } else {
      backoffs.put(job, backoff);
    }
  }

  /// The Job has ended or is gone.
  void forget(ObjectKey job) {
    statuses.forget(job);
    backoffs.remove(job);
    expectations.forget(job);
    uncertain.forget(job);
    released.remove(job);
  }
}
