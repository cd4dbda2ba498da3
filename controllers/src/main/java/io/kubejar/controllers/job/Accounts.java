package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.UncountedTerminatedPods;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/// How far a Job is: what its status says, and what has happened since. Pure.
///
/// @param active pods that neither have ended nor are being deleted
/// @param newlySucceeded pods that have succeeded and are in no number and no list yet
/// @param newlyFailed likewise, also those whose failure will not count
/// @param succeeded all successes so far; of an indexed Job, all indexes that have succeeded
/// @param failed all failures so far that count
/// @param knownIndexes indexes that the status says have succeeded
/// @param succeededIndexes those and the new ones
/// @param failedIndexes indexes that have failed for good, if they are told apart
/// @param replaced of each index that gets another pod, the last one that failed: it must not go
///   before the new one is there, which takes the number of failures over
record Accounts(
    List<Pod> active,
    List<Pod> newlySucceeded,
    List<Pod> newlyFailed,
    int succeeded,
    int failed,
    Indexes knownIndexes,
    Indexes succeededIndexes,
    Indexes failedIndexes,
    Map<Integer, Pod> replaced) {

  Accounts {
    active = List.copyOf(active);
    newlySucceeded = List.copyOf(newlySucceeded);
    newlyFailed = List.copyOf(newlyFailed);
    replaced = Map.copyOf(replaced);
  }

  static Accounts of(JobWorld world) {
    var job = world.job();
    var active = world.pods().stream().filter(PodStates::isActive).toList();
    var uncounted = uncounted(job);
    var succeeded = fresh(world, uncounted.succeeded(), JobPods::hasSucceeded);
    var failed = fresh(world, uncounted.failed(), pod -> JobPods.isFailed(pod, job));
    int counting = (int) failed.stream().filter(it -> FailureMatch.of(job, it).counts()).count();
    int failures = job.status().failed() + counting + uncounted.failed().size();
    if (!JobStates.isIndexed(job)) {
      int successes = job.status().succeeded() + succeeded.size() + uncounted.succeeded().size();
      return new Accounts(
          active,
          succeeded,
          failed,
          successes,
          failures,
          Indexes.NONE,
          Indexes.NONE,
          Indexes.NONE,
          Map.of());
    }
    var known = Indexes.parse(job.status().completedIndexes(), JobStates.completions(job.spec()));
    var done = known.and(trackedIndexes(world, JobPods::hasSucceeded));
    var lost = failedIndexes(world);
    return new Accounts(
        active,
        succeeded,
        failed,
        done.total(),
        failures,
        known,
        done,
        lost,
        JobStates.countsPerIndex(job) ? replaced(world, active, done.and(lost)) : Map.of());
  }

  static UncountedTerminatedPods uncounted(Job job) {
    return Objects.requireNonNullElse(
        job.status().uncountedTerminatedPods(), UncountedTerminatedPods.EMPTY);
  }

  int ready() {
    return (int) active.stream().filter(PodStates::isReady).count();
  }

  private static List<Pod> fresh(JobWorld world, Collection<String> uids, Predicate<Pod> hasEnded) {
    var listed = Set.copyOf(uids);
    return world.pods().stream()
        .filter(world::isTracked)
        .filter(pod -> !listed.contains(pod.metadata().uid()))
        .filter(pod -> hasPlace(world.job(), pod))
        .filter(hasEnded)
        .toList();
  }

  /// Pods of an indexed Job without one of its indexes do not count at all.
  private static boolean hasPlace(Job job, Pod pod) {
    return !JobStates.isIndexed(job) || JobPods.index(pod, job).isPresent();
  }

  private static Indexes trackedIndexes(JobWorld world, Predicate<Pod> which) {
    return JobPods.indexes(
        world.pods().stream()
            .filter(pod -> JobPods.index(pod, world.job()).isPresent())
            .filter(JobPods::isTracked)
            .filter(which)
            .toList());
  }

  private static Indexes failedIndexes(JobWorld world) {
    var job = world.job();
    if (!JobStates.countsPerIndex(job)) {
      return Indexes.NONE;
    }
    var known =
        Indexes.parse(
            Objects.requireNonNullElse(job.status().failedIndexes(), ""),
            JobStates.completions(job.spec()));
    return known.and(trackedIndexes(world, pod -> failsItsIndex(job, pod)));
  }

  private static boolean failsItsIndex(Job job, Pod pod) {
    if (!JobPods.isFailed(pod, job)) {
      return false;
    }
    var match = FailureMatch.of(job, pod);
    int limit = Objects.requireNonNullElse(job.spec().backoffLimitPerIndex(), 0);
    return match.action().equals(FailureMatch.FAIL_INDEX)
        || (match.counts() && JobPods.failuresBefore(pod) >= limit);
  }

  private static Map<Integer, Pod> replaced(JobWorld world, List<Pod> active, Indexes settled) {
    var running = JobPods.indexes(active);
    var last = new HashMap<Integer, Pod>();
    for (var pod : world.pods()) {
      var index = JobPods.index(pod, world.job());
      if (index.isPresent()
          && world.isTracked(pod)
          && JobPods.isFailed(pod, world.job())
          && !settled.has(index.getAsInt())
          && !running.has(index.getAsInt())) {
        last.merge(index.getAsInt(), pod, Accounts::later);
      }
    }
    return last;
  }

  private static Pod later(Pod one, Pod two) {
    boolean moreFailures = failuresBefore(one) <= failuresBefore(two);
    return moreFailures && !JobPods.endedAt(two).isBefore(JobPods.endedAt(one)) ? two : one;
  }

  private static int failuresBefore(Pod pod) {
    return JobPods.failuresBefore(pod) + JobPods.ignoredFailuresBefore(pod);
  }
}
