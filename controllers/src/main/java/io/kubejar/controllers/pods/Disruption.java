package io.kubejar.controllers.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.client.Client;
import io.kubejar.client.Patch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Notes in a pod that it is ended from outside, and why, before it is deleted.
public final class Disruption {
  private static final String TYPE = "DisruptionTarget";

  private Disruption() {}

  public static void mark(Client client, Pod pod, String reason, String message, Instant now)
      throws InterruptedException {
    if (!isMarked(pod, reason)) {
      patch(client, pod, status(reason, message, now));
    }
  }

  /// The same for a pod whose node is gone: nobody else will ever say that it has ended.
  public static void markFailed(Client client, Pod pod, String reason, String message, Instant now)
      throws InterruptedException {
    patch(client, pod, status(reason, message, now).with("phase", new JsonString("Failed")));
  }

  private static boolean isMarked(Pod pod, String reason) {
    return PodStates.condition(pod, TYPE)
        .filter(condition -> condition.reason().equals(reason))
        .isPresent();
  }

  private static JsonObject status(String reason, String message, Instant now) {
    var condition =
        PodCondition.EMPTY
            .withType(TYPE)
            .withStatus("True")
            .withReason(reason)
            .withMessage(message)
            .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS));
    return JsonObject.of("conditions", JsonArray.of(PodCondition.CODEC.toTree(condition)));
  }

  private static void patch(Client client, Pod pod, JsonObject status) throws InterruptedException {
    var uid = JsonObject.of("uid", new JsonString(pod.metadata().uid()));
    var tree = JsonObject.of("metadata", uid).with("status", status);
    client.patch(
        Pod.RESOURCE,
        ObjectKey.of(pod),
        Patch.strategic(JsonPrinter.print(tree)).ofSubresource("status"));
  }
}
