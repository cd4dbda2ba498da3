package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Expectations;
import io.kubejar.client.Together;
import io.kubejar.controllers.pods.PodDeletions;
import io.kubejar.controllers.pods.SlowStart;
import io.kubejar.controllers.pods.UncertainWrites;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// Carries out [Changes].
record DaemonSteps(
    Client client,
    Expectations expectations,
    UncertainWrites uncertain,
    EventRecorder events,
    Together together) {
  /// So many pods at once; the rest when these have been seen.
  static final int BURST = 250;

  /// Whether the caches show what was written for this DaemonSet.
  boolean settled(DaemonSet daemonSet) throws InterruptedException {
    return expectations.met(ObjectKey.of(daemonSet)) && uncertain.settled(daemonSet);
  }

  void forget(ObjectKey key) {
    expectations.forget(key);
    uncertain.forget(key);
  }

  /// Creates and deletes; says why something was refused.
  Optional<ApiException> perform(DaemonSet daemonSet, String hash, Changes changes)
      throws InterruptedException {
    var nodes = changes.create().stream().limit(BURST).toList();
    var surplus = changes.delete().stream().limit(BURST).toList();
    if (nodes.isEmpty() && surplus.isEmpty()) {
      return Optional.empty();
    }
    var uids = surplus.stream().map(pod -> pod.metadata().uid()).collect(Collectors.toSet());
    expectations.expect(ObjectKey.of(daemonSet), nodes.size(), uids);
    var refused = create(daemonSet, nodes, hash);
    var kept = delete(daemonSet, surplus);
    return refused.isPresent() ? refused : kept;
  }

  void tellOfEnded(DaemonSet daemonSet, PlacementPlan plan) {
    plan.failed()
        .forEach(
            (node, pod) ->
                events.warning(
                    daemonSet,
                    "FailedDaemonPod",
                    "Found failed daemon pod %s on node %s, will try to kill it"
                        .formatted(ObjectKey.of(pod), node)));
    for (var pod : plan.succeeded()) {
      events.normal(
          daemonSet,
          "SucceededDaemonPod",
          "Found succeeded daemon pod %s on node %s, will try to delete it"
              .formatted(ObjectKey.of(pod), DaemonPods.targetNode(pod).orElse("")));
    }
  }

  private Optional<ApiException> create(DaemonSet daemonSet, List<String> nodes, String hash)
      throws InterruptedException {
    var next = new AtomicInteger();
    var outcome =
        SlowStart.of(
            nodes.size(),
            together,
            () -> createOne(daemonSet, nodes.get(next.getAndIncrement()), hash));
    expectations.creationsSeen(ObjectKey.of(daemonSet), nodes.size() - outcome.made());
    return outcome
        .refused()
        .filter(refused -> !refused.isNamespaceTerminating()); // It goes away with its namespace.
  }

  private Optional<ApiException> createOne(DaemonSet daemonSet, String node, String hash)
      throws InterruptedException {
    try {
      var pod = client.create(Pod.RESOURCE, DaemonPods.podFor(daemonSet, node, hash));
      events.normal(daemonSet, "SuccessfulCreate", "Created pod: " + pod.metadata().name());
      return Optional.empty();
    } catch (ApiException refused) {
      uncertain.noteIfUnclear(ObjectKey.of(daemonSet), refused);
      if (!refused.isNamespaceTerminating()) {
        events.warning(daemonSet, "FailedCreate", "Error creating: " + refused.getMessage());
      }
      return Optional.of(refused);
    }
  }

  private Optional<ApiException> delete(DaemonSet daemonSet, List<Pod> surplus)
      throws InterruptedException {
    var refusal = Optional.<ApiException>empty();
    for (var pod : surplus) {
      try {
        PodDeletions.delete(client, pod);
        events.normal(daemonSet, "SuccessfulDelete", "Deleted pod: " + pod.metadata().name());
      } catch (ApiException refused) {
        expectations.deletionSeen(ObjectKey.of(daemonSet), pod.metadata().uid());
        if (!refused.isNotFound() && !refused.isConflict()) {
          events.warning(daemonSet, "FailedDelete", "Error deleting: " + refused.getMessage());
          refusal = Optional.of(refused);
        }
      }
    }
    return refusal;
  }
}
