package io.kubejar.controllers.disruption;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/// Takes back the word that a pod ends, where it was not deleted soon after.
record StaleDisruptions(Client client, Informer<Pod> pods, InstantSource clock)
    implements Reconciler {
  /// So long the deletion may take after the word.
  static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final String TYPE = "DisruptionTarget";

  /// The kubelet ends its pods in its own time.
  private static final String BY_KUBELET = "TerminationByKubelet";

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = pods.find(key).filter(StaleDisruptions::mayGetStale);
    if (found.isEmpty()) {
      return Outcome.done();
    }
    var pod = found.get();
    var now = clock.instant();
    var since = PodStates.condition(pod, TYPE).map(PodCondition::lastTransitionTime);
    var left = Duration.between(now, since.orElse(Instant.EPOCH).plus(TIMEOUT));
    if (left.isPositive()) {
      return Outcome.checkAgain(left, "the pod may yet be deleted");
    }
    client.updateStatus(Pod.RESOURCE, cleared(pod, now.truncatedTo(ChronoUnit.SECONDS)));
    return Outcome.done();
  }

  /// Whether it was said to end by somebody who then deletes it, and is not deleted.
  static boolean mayGetStale(Pod pod) {
    return PodStates.isActive(pod)
        && PodStates.condition(pod, TYPE)
            .filter(each -> each.status().equals("True") && !each.reason().equals(BY_KUBELET))
            .isPresent();
  }

  private static Pod cleared(Pod pod, Instant now) {
    var not =
        PodCondition.EMPTY
            .withType(TYPE)
            .withStatus("False")
            .withObservedGeneration(pod.metadata().generation())
            .withLastTransitionTime(now);
    var conditions =
        pod.status().conditions().stream()
            .map(each -> Objects.equals(each.type(), TYPE) ? not : each)
            .toList();
    return pod.withStatus(pod.status().withConditions(conditions));
  }
}
