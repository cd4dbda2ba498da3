package io.kubejar.apiserver.subresources;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.policy.v1.Eviction;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/// Deletes a pod if its disruption budget allows it.
public final class PodEviction implements Action.Performer<Eviction> {
  private static final int RETRY_AFTER_SECONDS = 10;

  private final StoredVerbs<Pod> pods;
  private final StoredVerbs<PodDisruptionBudget> budgets;
  private final InstantSource clock;

  public PodEviction(
      StoredVerbs<Pod> pods, StoredVerbs<PodDisruptionBudget> budgets, InstantSource clock) {
    this.pods = pods;
    this.budgets = budgets;
    this.clock = clock;
  }

  @Override
  public Status perform(Call call, ObjectKey key, Eviction eviction) throws InterruptedException {
    var pod = pods.get(key);
    if (!freeToGo(pod)) {
      var matching = budgetsOf(pod);
      if (matching.size() > 1) {
        throw ApiException.internal(
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does"
                + " not support.");
      }
      if (!matching.isEmpty()) {
        spend(call, ObjectKey.of(matching.getFirst()), pod);
      }
    }
    if (!call.dryRun()) {
      mark(key);
    }
    var options = Objects.requireNonNullElse(eviction.deleteOptions(), DeleteOptions.EMPTY);
    pods.deleteAdmitted(call, key, options);
    return Status.EMPTY.withStatus("Success").withCode(201);
  }

  /// Pods that do not run, or go anyway, disrupt nothing.
  private static boolean freeToGo(Pod pod) {
    var phase = pod.status().phase();
    return phase.equals("Succeeded")
        || phase.equals("Failed")
        || phase.equals("Pending")
        || pod.metadata().deletionTimestamp() != null;
  }

  private List<PodDisruptionBudget> budgetsOf(Pod pod) throws InterruptedException {
    var namespace = pod.metadata().namespace();
    return budgets
        .registry()
        .currentCache()
        .list(Selection.<PodDisruptionBudget>namespace(namespace))
        .objects()
        .stream()
        .map(Stored::object)
        .filter(
            budget -> LabelSelectors.of(budget.spec().selector()).matches(pod.metadata().labels()))
        .toList();
  }

  private void spend(Call call, ObjectKey key, Pod pod) throws InterruptedException {
    budgets
        .registry()
        .update(
            key,
            call.dryRun(),
            current ->
                new Change.Put<>(
                    spent(current.orElseThrow(() -> budgets.registry().notFound(key)), pod)));
  }

  private PodDisruptionBudget spent(PodDisruptionBudget budget, Pod pod) {
    var status = budget.status();
    if (status.observedGeneration() < budget.metadata().generation()) {
      throw ApiException.tooManyRequests(
              "Cannot evict pod as it would violate the pod's disruption budget.",
              RETRY_AFTER_SECONDS)
          .withCause(
              cause(
                  "The disruption budget "
                      + budget.metadata().name()
                      + " is still being processed by the server."));
    }
    if (status.disruptionsAllowed() <= 0) {
      throw ApiException.tooManyRequests(
              "Cannot evict pod as it would violate the pod's disruption budget.", 0)
          .withCause(
              cause(
                  "The disruption budget "
                      + budget.metadata().name()
                      + " needs "
                      + status.desiredHealthy()
                      + " healthy pods and has "
                      + status.currentHealthy()
                      + " currently"));
    }
    var disrupted = new LinkedHashMap<>(status.disruptedPods());
    disrupted.put(pod.metadata().name(), clock.instant().truncatedTo(ChronoUnit.SECONDS));
    return budget.withStatus(
        status
            .withDisruptionsAllowed(status.disruptionsAllowed() - 1)
            .withDisruptedPods(disrupted));
  }

  private static StatusCause cause(String message) {
    return StatusCause.EMPTY.withReason("DisruptionBudget").withMessage(message);
  }

  /// Tells whoever looks at the pod why it ends.
  private void mark(ObjectKey key) throws InterruptedException {
    var condition =
        PodCondition.EMPTY
            .withType("DisruptionTarget")
            .withStatus("True")
            .withReason("EvictionByEvictionAPI")
            .withMessage("Eviction API: evicting")
            .withLastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS));
    pods.registry()
        .update(
            key,
            false,
            current -> {
              var pod = current.orElseThrow(() -> pods.registry().notFound(key));
              var conditions = PodConditions.with(pod.status().conditions(), condition);
              return new Change.Put<>(pod.withStatus(pod.status().withConditions(conditions)));
            });
  }
}
