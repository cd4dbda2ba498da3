package io.kubejar.controllers.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.client.Client;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;

/// Notes in a pod that it is ended from outside, and why, before it is deleted.
public final class Disruption {
  private static final String TYPE = "DisruptionTarget";

  private Disruption() {}

  public static void mark(Client client, Pod pod, String reason, String message, Instant now)
      throws InterruptedException {
    var marked = marked(pod, reason, message, now);
    if (!marked.equals(pod)) {
      client.updateStatus(Pod.RESOURCE, marked);
    }
  }

  /// The same for a pod whose node is gone: nobody else will ever say that it has ended.
  public static void markFailed(Client client, Pod pod, String reason, String message, Instant now)
      throws InterruptedException {
    var marked = marked(pod, reason, message, now);
    var failed = marked.withStatus(marked.status().withPhase("Failed"));
    if (!failed.equals(pod)) {
      client.updateStatus(Pod.RESOURCE, failed);
    }
  }

  private static Pod marked(Pod pod, String reason, String message, Instant now) {
    var known = PodStates.condition(pod, TYPE);
    if (known.filter(condition -> condition.reason().equals(reason)).isPresent()) {
      return pod;
    }
    var conditions = new ArrayList<>(pod.status().conditions());
    conditions.removeIf(condition -> condition.type().equals(TYPE));
    conditions.add(
        PodCondition.EMPTY
            .withType(TYPE)
            .withStatus("True")
            .withReason(reason)
            .withMessage(message)
            .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS)));
    return pod.withStatus(pod.status().withConditions(conditions));
  }
}
