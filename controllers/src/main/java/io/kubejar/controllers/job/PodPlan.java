package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.core.v1.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// What is done about a Job's pods at one look: either some go or some come. Pure.
sealed interface PodPlan {
  /// One huge Job must not starve the others.
  int BURST = 500;

  /// The Job ends: all its active pods are deleted, and counted.
  record EndAll(List<Pod> pods) implements PodPlan {}

  /// These are too many, or the Job is suspended: they are deleted and do not count.
  record Remove(List<Pod> pods) implements PodPlan {}

  /// So many pods are made.
  ///
  /// @param indexes which ones, one per pod; empty if the Job has none
  record Create(int count, List<Integer> indexes) implements PodPlan {}

  /// Pods are missing, but too many have failed lately.
  record Later(Duration delay) implements PodPlan {}

  /// There are as many as there should be.
  record Keep() implements PodPlan {}

  /// It is not known how many there are, or they go away with the Job.
  record Untouched() implements PodPlan {}

  static PodPlan of(JobWorld world, Accounts accounts, Optional<JobCondition> verdict) {
    var job = world.job();
    if (verdict.isPresent()) {
      return new EndAll(accounts.active());
    }
    if (!world.current() || job.metadata().deletionTimestamp() != null) {
      return new Untouched();
    }
    if (JobStates.isSuspended(job)) {
      return new Remove(accounts.active());
    }
    int active = accounts.active().size();
    int wanted = wanted(job, accounts);
    var surplus = surplus(job, accounts.active(), Math.max(0, active - wanted));
    if (!surplus.isEmpty()) {
      return new Remove(surplus.subList(0, Math.min(surplus.size(), BURST)));
    }
    int leaving = JobStates.replacesOnlyFailed(job) ? world.terminating().size() : 0;
    int missing = Math.min(wanted - leaving - active, BURST);
    return missing > 0 ? create(world, accounts, missing) : new Keep();
  }

  /// How many should run. Without a number of completions the first success means that the work is
  /// done: what runs may end, and nothing new begins.
  private static int wanted(Job job, Accounts accounts) {
    int parallelism = JobStates.parallelism(job.spec());
    var completions = job.spec().completions();
    if (completions == null) {
      return accounts.succeeded() > 0 ? accounts.active().size() : parallelism;
    }
    return Math.max(0, Math.min(parallelism, completions - accounts.succeeded()));
  }

  private static PodPlan create(JobWorld world, Accounts accounts, int count) {
    var job = world.job();
    boolean perIndex = JobStates.countsPerIndex(job);
    var wait = perIndex ? Duration.ZERO : world.backoff().remaining(world.now());
    if (wait.isPositive()) {
      return new Later(wait);
    }
    if (!JobStates.isIndexed(job)) {
      return new Create(count, List.of());
    }
    var taken = accounts.succeededIndexes().and(accounts.failedIndexes());
    taken = taken.and(JobPods.indexes(accounts.active()));
    if (JobStates.replacesOnlyFailed(job)) {
      taken = taken.and(JobPods.indexes(world.terminating()));
    }
    var missing = taken.firstMissing(count, JobStates.completions(job.spec()));
    return perIndex ? eachInItsTime(world, accounts, missing) : create(missing);
  }

  private static PodPlan create(List<Integer> indexes) {
    return indexes.isEmpty() ? new Keep() : new Create(indexes.size(), indexes);
  }

  /// Of these indexes those that may begin now; if none may, how long the first of them waits.
  private static PodPlan eachInItsTime(JobWorld world, Accounts accounts, List<Integer> indexes) {
    var waits = new TreeMap<Integer, Duration>();
    for (int index : indexes) {
      var before = Optional.ofNullable(accounts.replaced().get(index));
      waits.put(
          index, before.map(pod -> Backoff.remainingAfter(pod, world.now())).orElse(Duration.ZERO));
    }
    var now = indexes.stream().filter(index -> Duration.ZERO.equals(waits.get(index))).toList();
    return now.isEmpty() && !waits.isEmpty()
        ? new Later(Collections.min(waits.values()))
        : create(now);
  }

  /// Which active pods go: of an indexed Job first those without an index of their own, then the
  /// ones that are lost with the least harm.
  private static List<Pod> surplus(Job job, List<Pod> active, int atLeast) {
    var go = new ArrayList<Pod>();
    var stay = new ArrayList<Pod>();
    if (JobStates.isIndexed(job)) {
      tellApart(job, active, go, stay);
    } else {
      stay.addAll(active);
    }
    stay.sort(PodOrder.FIRST_TO_GO);
    go.addAll(stay.subList(0, Math.max(0, Math.min(stay.size(), atLeast - go.size()))));
    return go;
  }

  private static void tellApart(Job job, List<Pod> active, List<Pod> go, List<Pod> stay) {
    var perIndex = new HashMap<OptionalInt, List<Pod>>();
    for (var pod : active) {
      perIndex.computeIfAbsent(JobPods.index(pod, job), _ -> new ArrayList<>()).add(pod);
    }
    perIndex.forEach(
        (index, pods) -> {
          pods.sort(PodOrder.FIRST_TO_GO);
          int keep = index.isPresent() ? 1 : 0;
          go.addAll(pods.subList(0, pods.size() - keep));
          stay.addAll(pods.subList(pods.size() - keep, pods.size()));
        });
  }
}
