package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobStatus;
import io.kubejar.api.batch.v1.UncountedTerminatedPods;
import io.kubejar.api.core.v1.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which ended pods are counted next, and how. Pure.
///
/// First the status lists their UIDs, then they lose their finalizers, then [#counted] makes
/// numbers of the UIDs. A crash after any of these steps leaves enough behind to go on: a pod with
/// a finalizer whose UID is listed is not listed again, and a listed UID whose pod has no finalizer
/// is counted and taken from the list, both in one write.
///
/// @param status to be written before any finalizer goes
/// @param release pods that may lose their finalizer then
/// @param tracked UIDs of pods that still have it
/// @param ending the condition in which the Job ends when all is counted; empty if it goes on
/// @param full whether there are more pods to count than the status may list
/// @param handled how many failures each action of the Job's policy was taken for
record Tally(
    JobStatus status,
    List<Pod> release,
    Set<String> tracked,
    Optional<JobCondition> ending,
    boolean full,
    Map<String, Integer> handled) {
  /// Keeps the list in the status below 20 kB.
  static final int UNCOUNTED_MAX = 500;

  Tally {
    release = List.copyOf(release);
    tracked = Set.copyOf(tracked);
    handled = Map.copyOf(handled);
  }

  static Tally of(JobWorld world, Accounts accounts, Standing standing) {
    var tracked =
        world.pods().stream()
            .filter(world::isTracked)
            .map(pod -> pod.metadata().uid())
            .collect(Collectors.toSet());
    var list = new Listing(world, accounts, standing, counted(standing.status(), tracked));
    for (var pod : inOrder(world)) {
      if (world.isTracked(pod) && list.mayLeave(pod)) {
        list.add(pod);
        if (list.isFull()) {
          break;
        }
      }
    }
    var status = withEnding(withIndexes(list.status(), world.job(), accounts), standing);
    return new Tally(
        status,
        list.release,
        tracked,
        standing.ending().map(ending -> last(ending, world.now())),
        list.isFull(),
        list.handled);
  }

  /// The status with those listed pods counted that have no finalizer any more.
  ///
  /// @param tracked UIDs of pods that still have one
  static JobStatus counted(JobStatus status, Set<String> tracked) {
    var uncounted = status.uncountedTerminatedPods();
    if (uncounted == null) {
      return status;
    }
    var succeeded = uncounted.succeeded().stream().filter(tracked::contains).toList();
    var failed = uncounted.failed().stream().filter(tracked::contains).toList();
    return status
        .withSucceeded(status.succeeded() + uncounted.succeeded().size() - succeeded.size())
        .withFailed(status.failed() + uncounted.failed().size() - failed.size())
        .withUncountedTerminatedPods(new UncountedTerminatedPods(succeeded, failed));
  }

  /// The status of a Job that has ended, if it has: everything is counted and no pod is left.
  static Optional<JobStatus> ended(JobStatus status, Optional<JobCondition> ending) {
    var uncounted = status.uncountedTerminatedPods();
    boolean allCounted =
        uncounted == null || (uncounted.succeeded().isEmpty() && uncounted.failed().isEmpty());
    var terminating = status.terminating();
    if (ending.isEmpty() || !allCounted || (terminating != null && terminating > 0)) {
      return Optional.empty();
    }
    var condition = ending.get();
    var last = status.withConditions(JobStates.with(status.conditions(), condition));
    return Optional.of(
        condition.type().equals(JobStates.COMPLETE)
            ? last.withCompletionTime(condition.lastTransitionTime())
            : last);
  }

  private static List<Pod> inOrder(JobWorld world) {
    return JobStates.isIndexed(world.job())
        ? world.pods().stream()
            .sorted(Comparator.comparingInt(pod -> JobPods.index(pod).orElse(-1)))
            .toList()
        : world.pods();
  }

  private static JobStatus withIndexes(JobStatus status, Job job, Accounts accounts) {
    if (!JobStates.isIndexed(job)) {
      return status;
    }
    return status
        .withSucceeded(accounts.succeededIndexes().total())
        .withCompletedIndexes(accounts.succeededIndexes().text())
        .withFailedIndexes(JobStates.countsPerIndex(job) ? accounts.failedIndexes().text() : null);
  }

  /// With the condition that says how the Job is going to end, so that it is known before the pods
  /// are let go from which it was concluded.
  private static JobStatus withEnding(JobStatus status, Standing standing) {
    return standing
        .ending()
        .filter(it -> !it.type().equals(JobStates.FAILED))
        .filter(it -> status.conditions().stream().noneMatch(known -> isSame(known, it)))
        .map(it -> status.withConditions(JobStates.with(status.conditions(), it)))
        .orElse(status);
  }

  private static boolean isSame(JobCondition known, JobCondition other) {
    return known.type().equals(other.type()) && known.status().equals(other.status());
  }

  private static JobCondition last(JobCondition ending, Instant now) {
    return switch (ending.type()) {
      case JobStates.SUCCESS_CRITERIA_MET ->
          JobStates.met(JobStates.COMPLETE, ending.reason(), ending.message(), now);
      case JobStates.FAILURE_TARGET -> JobVerdict.failed(ending, now);
      default -> ending;
    };
  }

  /// The list as it grows pod by pod.
  private static final class Listing {
    private final JobWorld world;
    private final Accounts accounts;
    private final Standing standing;
    private final JobStatus before;
    private final boolean indexed;
    private final LinkedHashSet<String> succeeded = new LinkedHashSet<>();
    private final LinkedHashSet<String> failed = new LinkedHashSet<>();
    private final Set<Integer> newIndexes = new HashSet<>();
    private final List<Pod> release = new ArrayList<>();
    private final Map<String, Integer> handled = new HashMap<>();

    Listing(JobWorld world, Accounts accounts, Standing standing, JobStatus before) {
      this.world = world;
      this.accounts = accounts;
      this.standing = standing;
      this.before = before;
      indexed = JobStates.isIndexed(world.job());
      var uncounted = before.uncountedTerminatedPods();
      if (uncounted != null) {
        succeeded.addAll(uncounted.succeeded());
        failed.addAll(uncounted.failed());
      }
    }

    JobStatus status() {
      return before.withUncountedTerminatedPods(
          new UncountedTerminatedPods(List.copyOf(succeeded), List.copyOf(failed)));
    }

    boolean isFull() {
      return newIndexes.size() + succeeded.size() + failed.size() >= UNCOUNTED_MAX;
    }

    /// A pod that was the last of its index stays until the next one is there.
    boolean mayLeave(Pod pod) {
      var job = world.job();
      if (job.metadata().deletionTimestamp() != null
          || standing.ending().isPresent()
          || JobPods.hasSucceeded(pod)) {
        return true;
      }
      var index = JobPods.index(pod);
      boolean awaitsItsSuccessor =
          index.isPresent()
              && Optional.ofNullable(accounts.replaced().get(index.getAsInt()))
                  .filter(last -> last.metadata().uid().equals(pod.metadata().uid()))
                  .isPresent();
      return JobPods.isFailed(pod, job) && !awaitsItsSuccessor;
    }

    void add(Pod pod) {
      release.add(pod);
      var uid = pod.metadata().uid();
      if (JobPods.hasSucceeded(pod) && !failed.contains(uid)) {
        success(pod);
      } else if ((JobPods.isFailed(pod, world.job()) || endsInFailure())
          && !failed.contains(uid)
          && (!indexed || JobPods.index(pod, world.job()).isPresent())) {
        failure(pod);
      }
    }

    /// The list of indexes is enough to count a pod once; others need their UIDs.
    private void success(Pod pod) {
      if (!indexed) {
        succeeded.add(pod.metadata().uid());
        return;
      }
      JobPods.index(pod, world.job()).stream()
          .filter(index -> !accounts.knownIndexes().has(index))
          .forEach(newIndexes::add);
    }

    private void failure(Pod pod) {
      var match = FailureMatch.of(world.job(), pod);
      if (!match.action().isEmpty()) {
        handled.merge(match.action(), 1, Integer::sum);
      }
      if (match.counts()) {
        failed.add(pod.metadata().uid());
      }
    }

    /// All that has not ended when a Job fails has failed.
    private boolean endsInFailure() {
      return standing
          .ending()
          .filter(ending -> !ending.type().equals(JobStates.SUCCESS_CRITERIA_MET))
          .isPresent();
    }
  }
}
