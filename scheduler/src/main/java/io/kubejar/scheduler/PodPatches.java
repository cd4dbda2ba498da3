package io.kubejar.scheduler;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.client.Patch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The changes that the scheduler makes to the status of pods. They touch one condition and nothing
/// else, so they cannot overwrite what a kubelet writes at the same time.
final class PodPatches {
  private static final String SCHEDULED = "PodScheduled";

  private PodPatches() {}

  /// Says that the pod has no node; empty if it says so already.
  static Optional<Patch> unscheduled(ApiCall.Report report, Instant now) {
    var status = report.pod().status();
    var nominated = report.nominatedNode();
    boolean nominationStays = nominated == null || nominated.equals(status.nominatedNodeName());
    for (var condition : status.conditions()) {
      if (condition.type().equals(SCHEDULED)
          && condition.status().equals("False")
          && condition.reason().equals(report.reason())
          && condition.message().equals(report.message())
          && nominationStays) {
        return Optional.empty();
      }
    }
    var condition =
        condition(report.pod(), SCHEDULED, "False", now)
            .with("reason", new JsonString(report.reason()))
            .with("message", new JsonString(report.message()));
    var patched = JsonObject.of("conditions", JsonArray.of(condition));
    if (nominated != null && !nominationStays) {
      patched =
          patched.with(
              "nominatedNodeName", nominated.isEmpty() ? JsonNull.NULL : new JsonString(nominated));
    }
    return Optional.of(ofStatus(patched));
  }

  /// Says that the pod is about to be deleted for a more important one.
  static Patch disrupted(Pod victim, Pod preemptor, Instant now) {
    var condition =
        condition(victim, "DisruptionTarget", "True", now)
            .with("reason", new JsonString("PreemptionByScheduler"))
            .with(
                "message",
                new JsonString(
                    preemptor.spec().schedulerName()
                        + ": preempting to accommodate a higher priority pod"));
    return ofStatus(JsonObject.of("conditions", JsonArray.of(condition)));
  }

  private static JsonObject condition(Pod pod, String type, String status, Instant now) {
    var since = now;
    for (var known : pod.status().conditions()) {
      var transition = known.lastTransitionTime();
      if (known.type().equals(type) && known.status().equals(status) && transition != null) {
        since = transition; // It has been so all the time.
      }
    }
    var condition =
        JsonObject.of("type", new JsonString(type))
            .with("status", new JsonString(status))
            .with("lastProbeTime", JsonNull.NULL)
            .with(
                "lastTransitionTime",
                new JsonString(since.truncatedTo(ChronoUnit.SECONDS).toString()));
    long generation = pod.metadata().generation();
    return generation == 0
        ? condition
        : condition.with("observedGeneration", JsonNumber.of(generation));
  }

  private static Patch ofStatus(JsonObject status) {
    return Patch.strategic(JsonObject.of("status", status).toString()).ofSubresource("status");
  }
}
