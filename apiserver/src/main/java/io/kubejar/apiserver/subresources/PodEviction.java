package io.kubejar.apiserver.subresources;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.policy.v1.Eviction;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/// Deletes a pod if its disruption budget allows it.
public final class PodEviction implements Action.Performer<Eviction> {
  private static final String SEVERAL =
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
          + " support.";

  /// How often a pod that changes all the time is looked at again.
  private static final int ATTEMPTS_MAX = 20;

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
    if (!key.name().equals(eviction.metadata().name())) {
      throw ApiException.badRequest("name in URL does not match name in Eviction object");
    }
    var options = Objects.requireNonNullElse(eviction.deleteOptions(), DeleteOptions.EMPTY);
    refuseBlindDeletion(key, options);
    // A dry run may be asked for in two places.
    var wanted = call.withDryRun(call.dryRun() || !options.dryRun().isEmpty());
    var pod = pods.get(key);
    for (int attempt = 1; isFreeToGo(pod); attempt++) {
      try {
        return evicted(wanted, key, guarded(pod, options));
      } catch (ApiException refused) {
        if (!refused.isConflict() || hasVersion(options) || attempt == ATTEMPTS_MAX) {
          throw refused;
        }
        pod = pods.get(key);
      }
    }
    var matching = budgetsOf(pod);
    if (matching.size() > 1) {
      // Upstream answers with a failure and not with an error.
      return Status.EMPTY.withStatus("Failure").withMessage(SEVERAL).withCode(500);
    }
    if (matching.isEmpty()) {
      return evicted(wanted, key, options);
    }
    var budget = matching.getFirst();
    if (DisruptionRules.costsNothing(budget, pod)) {
      return evictedUnlessRecovered(wanted, key, pod, options, budget);
    }
    spend(wanted, ObjectKey.of(budget), pod);
    return evicted(wanted, key, options);
  }

  /// Whether a pod may go is read from the pod, so that it must be readable.
  private static void refuseBlindDeletion(ObjectKey key, DeleteOptions options) {
    if (Boolean.TRUE.equals(options.ignoreStoreReadErrorWithClusterBreakingPotential())) {
      var error =
          FieldError.invalid(
              "deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential",
              true,
              "can not be set for pod eviction, try after removing the option");
      throw ApiException.invalid("policy", "Eviction", key.name(), List.of(error.cause()));
    }
  }

  /// Pods that do not run, or go anyway, disrupt nothing.
  private static boolean isFreeToGo(Pod pod) {
    return pod.status().phase().equals("Pending") || isOver(pod);
  }

  private static boolean isOver(Pod pod) {
    var phase = pod.status().phase();
    return phase.equals("Succeeded")
        || phase.equals("Failed")
        || pod.metadata().deletionTimestamp() != null;
  }

  /// A pod that may yet begin to run goes only as it was seen.
  private static DeleteOptions guarded(Pod pod, DeleteOptions options) {
    return isOver(pod) || hasVersion(options) ? options : atVersionOf(pod, options);
  }

  private static boolean hasVersion(DeleteOptions options) {
    var preconditions = options.preconditions();
    return preconditions != null && preconditions.resourceVersion() != null;
  }

  private static DeleteOptions atVersionOf(Pod pod, DeleteOptions options) {
    var preconditions = Objects.requireNonNullElse(options.preconditions(), Preconditions.EMPTY);
    return options.withPreconditions(
        preconditions.withResourceVersion(pod.metadata().resourceVersion()));
  }

  private Status evictedUnlessRecovered(
      Call call, ObjectKey key, Pod pod, DeleteOptions options, PodDisruptionBudget budget)
      throws InterruptedException {
    try {
      return evicted(call, key, atVersionOf(pod, options));
    } catch (ApiException refused) {
      if (refused.isConflict() && !hasVersion(options)) {
        throw DisruptionRules.tooEarly(budget.metadata().name());
      }
      throw refused;
    }
  }

  private Status evicted(Call call, ObjectKey key, DeleteOptions options)
      throws InterruptedException {
    var current = options;
    if (!call.dryRun()) {
      var marked = mark(key, options);
      current = hasVersion(options) ? atVersionOf(marked, options) : options;
    }
    pods.deleteAdmitted(call, key, current);
    return Status.EMPTY.withStatus("Success").withCode(201);
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
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    budgets
        .registry()
        .update(
            key,
            call.dryRun(),
            current ->
                new Change.Put<>(
                    DisruptionRules.spent(
                        current.orElseThrow(() -> budgets.registry().notFound(key)),
                        pod.metadata().name(),
                        now)));
  }

  /// Tells whoever looks at the pod why it ends, if it is still the one that is meant.
  private Pod mark(ObjectKey key, DeleteOptions options) throws InterruptedException {
    var condition =
        PodCondition.EMPTY
            .withType("DisruptionTarget")
            .withStatus("True")
            .withReason("EvictionByEvictionAPI")
            .withMessage("Eviction API: evicting")
            .withLastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS));
    return pods.registry()
        .update(
            key,
            false,
            current -> {
              var pod = current.orElseThrow(() -> pods.registry().notFound(key));
              pods.checkPreconditions(key, options, pod);
              var conditions = PodConditions.with(pod.status().conditions(), condition);
              return new Change.Put<>(pod.withStatus(pod.status().withConditions(conditions)));
            })
        .object();
  }
}
