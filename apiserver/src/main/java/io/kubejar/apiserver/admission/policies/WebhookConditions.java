package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.MatchCondition;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.webhooks.Invocation;
import io.kubejar.apiserver.admission.webhooks.MatchConditions;
import io.kubejar.apiserver.admission.webhooks.ReviewedObjects;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.metrics.AdmissionMetrics;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Evaluates the match conditions of webhooks.
final class WebhookConditions implements MatchConditions {
  /// So many lists of conditions are kept compiled; the eldest goes first.
  private static final int MOST_KEPT = 1000;

  private final ReviewedObjects objects;
  private final Authorizer authorizer;
  private final AdmissionMetrics metrics;
  private final InstantSource clock;
  private final Map<List<MatchCondition>, Conditions> compiled =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<MatchCondition>, Conditions> eldest) {
          return size() > MOST_KEPT;
        }
      };

  WebhookConditions(ReviewedObjects objects, Policies.Surroundings around) {
    this.objects = objects;
    this.authorizer = around.authorizer();
    this.metrics = around.admissionMetrics();
    this.clock = around.clock();
  }

  @Override
  public boolean hold(Invocation invocation, AdmissionRequest request) throws InterruptedException {
    var webhook = invocation.webhook();
    var view = RequestView.of(request, invocation.type(), objects, Optional.empty(), authorizer);
    var watch =
        new ConditionWatch(
            metrics,
            clock,
            webhook.name(),
            "webhook",
            webhook.mutating() ? "admit" : "validating",
            request.operation().name());
    return switch (conditions(webhook.conditions()).match(view, watch)) {
      case MatchOutcome.Matches() -> true;
      case MatchOutcome.DoesNotMatch _ -> {
        watch.excluded();
        yield false;
      }
      case MatchOutcome.Failed(var why) -> {
        if (webhook.ignoresFailures()) {
          watch.excluded();
          yield false;
        }
        throw request.forbidden(why);
      }
    };
  }

  private Conditions conditions(List<MatchCondition> conditions) {
    synchronized (compiled) {
      return compiled.computeIfAbsent(
          conditions, each -> Conditions.compile(Environments.admission(), each));
    }
  }
}
