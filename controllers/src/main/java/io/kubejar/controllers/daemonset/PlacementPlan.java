package io.kubejar.controllers.daemonset;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What brings one pod to every node that is to have one, and takes the others away. Pure.
///
/// @param failed the pods among those to be deleted that have failed, each with its node
/// @param succeeded the pods among those to be deleted that have ended well
/// @param lookAgain when the next failed pod may be deleted that may not yet
record PlacementPlan(
    Changes changes, Map<String, Pod> failed, List<Pod> succeeded, Optional<Duration> lookAgain) {

  /// @param backoff how long a failed pod on this node must still stay: a node that refuses every
  ///   pod would make us delete and create for ever
  static PlacementPlan of(Coverage coverage, Function<String, Optional<Duration>> backoff) {
    var draft = new Draft(coverage, backoff);
    coverage.nodes().forEach(draft::plan);
    draft.planUnboundWithoutNode();
    return draft.done();
  }

  private static final class Draft {
    private final Coverage coverage;
    private final Function<String, Optional<Duration>> backoff;
    private final boolean surges;
    private final List<String> create = new ArrayList<>();
    private final List<Pod> delete = new ArrayList<>();
    private final Map<String, Pod> failed = new LinkedHashMap<>();
    private final List<Pod> succeeded = new ArrayList<>();
    private @Nullable Duration lookAgain;

    Draft(Coverage coverage, Function<String, Optional<Duration>> backoff) {
      this.coverage = coverage;
      this.backoff = backoff;
      surges = Allowance.surges(coverage.daemonSet());
    }

    PlacementPlan done() {
      return new PlacementPlan(
          new Changes(create, delete), failed, succeeded, Optional.ofNullable(lookAgain));
    }

    void plan(String node, Eligibility eligibility) {
      var pods = coverage.podsOn(node);
      if (eligibility.shouldRun() && pods.isEmpty()) {
        create.add(node);
      } else if (!eligibility.shouldContinue()) {
        pods.stream().filter(pod -> !PodStates.isBeingDeleted(pod)).forEach(delete::add);
      } else {
        prune(node, eligibility, pods);
      }
    }

    private void prune(String node, Eligibility eligibility, List<Pod> pods) {
      var running = new ArrayList<Pod>();
      for (var pod : pods) {
        if (PodStates.isBeingDeleted(pod)) {
          continue;
        }
        switch (pod.status().phase()) {
          case "Failed" -> planFailed(node, pod);
          case "Succeeded" -> {
            succeeded.add(pod);
            delete.add(pod);
          }
          default -> running.add(pod);
        }
      }
      if (!surges) {
        delete.addAll(running.subList(Math.min(1, running.size()), running.size()));
      } else if (running.isEmpty()) {
        if (eligibility.shouldRun()) {
          create.add(node); // What is being deleted does not keep the next one away.
        }
      } else if (running.size() > 1) {
        pruneSurge(running);
      }
    }

    private void planFailed(String node, Pod pod) {
      if (failed.containsKey(node)) {
        return; // The end of the first one brings us back.
      }
      var wait = backoff.apply(node);
      if (wait.isEmpty()) {
        failed.put(node, pod);
        delete.add(pod);
      } else if (lookAgain == null || wait.get().compareTo(lookAgain) < 0) {
        lookAgain = wait.get();
      }
    }

    /// Two pods may be there as long as the old one is ready and the new one is not yet available.
    private void pruneSurge(List<Pod> running) {
      Pod newPod = null;
      Pod oldPod = null;
      for (var pod : running) {
        boolean isNew = coverage.hash().equals(pod.metadata().labels().get(DaemonPods.HASH_LABEL));
        if (isNew && newPod == null) {
          newPod = pod;
        } else if (!isNew && oldPod == null) {
          oldPod = pod;
        } else {
          delete.add(pod);
        }
      }
      if (newPod != null
          && oldPod != null
          && (!PodStates.isReady(oldPod) || coverage.isAvailable(newPod))) {
        delete.add(oldPod);
      }
    }

    /// The pod garbage collector takes pods off nodes that are gone, but only those bound to them.
    void planUnboundWithoutNode() {
      coverage.pods().entrySet().stream()
          .filter(entry -> !coverage.nodes().containsKey(entry.getKey()))
          .sorted(Map.Entry.comparingByKey())
          .flatMap(entry -> entry.getValue().stream())
          .filter(pod -> pod.spec().nodeName().isEmpty())
          .forEach(delete::add);
    }
  }
}
