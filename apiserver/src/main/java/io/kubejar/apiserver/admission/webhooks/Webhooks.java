package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.metrics.AdmissionMetrics;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.webhook.WebhookClient;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// The two plugins that call webhooks.
public record Webhooks(AdmissionPlugin mutating, AdmissionPlugin validating) {

  /// What webhooks are found with and called through.
  ///
  /// @param random for the identity of each question
  public record Environment(
      WebhookClient client,
      Registry<Namespace> namespaces,
      EquivalentTypes equivalents,
      MatchConditions conditions,
      ObjectViews views,
      AdmissionMetrics metrics,
      InstantSource clock,
      RandomGenerator random) {}

  public static Webhooks of(
      Registry<MutatingWebhookConfiguration> mutating,
      Registry<ValidatingWebhookConfiguration> validating,
      Environment environment) {
    var objects = new ReviewedObjects(environment.equivalents(), environment.views());
    var matcher =
        new WebhookMatcher(
            environment.namespaces(), environment.equivalents(), environment.conditions());
    var caller =
        new WebhookCaller(
            environment.client(),
            new AdmissionReviews(objects),
            environment.metrics(),
            environment.clock(),
            environment.random());
    return new Webhooks(
        new MutatingWebhooks(WebhookConfigurations.mutating(mutating), matcher, caller, objects),
        new ValidatingWebhooks(WebhookConfigurations.validating(validating), matcher, caller));
  }
}
