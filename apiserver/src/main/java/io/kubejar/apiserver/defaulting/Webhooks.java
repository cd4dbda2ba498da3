package io.kubejar.apiserver.defaulting;

import io.kubejar.api.admissionregistration.v1.MutatingWebhook;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.RuleWithOperations;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhook;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.WebhookClientConfig;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import java.util.Objects;

/// Admission webhooks.
final class Webhooks {
  private static final int HTTPS_PORT = 443;

  private Webhooks() {}

  static ValidatingWebhookConfiguration validating(
      ValidatingWebhookConfiguration configuration, int timeoutSeconds) {
    return configuration.withWebhooks(
        Mapped.each(configuration.webhooks(), webhook -> validating(webhook, timeoutSeconds)));
  }

  private static ValidatingWebhook validating(ValidatingWebhook webhook, int timeoutSeconds) {
    return webhook
        .withFailurePolicy(Objects.requireNonNullElse(webhook.failurePolicy(), "Fail"))
        .withMatchPolicy(Objects.requireNonNullElse(webhook.matchPolicy(), "Equivalent"))
        .withNamespaceSelector(
            Objects.requireNonNullElse(webhook.namespaceSelector(), LabelSelector.EMPTY))
        .withObjectSelector(
            Objects.requireNonNullElse(webhook.objectSelector(), LabelSelector.EMPTY))
        .withTimeoutSeconds(Objects.requireNonNullElse(webhook.timeoutSeconds(), timeoutSeconds))
        .withClientConfig(client(webhook.clientConfig()))
        .withRules(Mapped.each(webhook.rules(), Webhooks::rule));
  }

  static MutatingWebhookConfiguration mutating(
      MutatingWebhookConfiguration configuration, int timeoutSeconds) {
    return configuration.withWebhooks(
        Mapped.each(configuration.webhooks(), webhook -> mutating(webhook, timeoutSeconds)));
  }

  private static MutatingWebhook mutating(MutatingWebhook webhook, int timeoutSeconds) {
    return webhook
        .withFailurePolicy(Objects.requireNonNullElse(webhook.failurePolicy(), "Fail"))
        .withMatchPolicy(Objects.requireNonNullElse(webhook.matchPolicy(), "Equivalent"))
        .withReinvocationPolicy(Objects.requireNonNullElse(webhook.reinvocationPolicy(), "Never"))
        .withNamespaceSelector(
            Objects.requireNonNullElse(webhook.namespaceSelector(), LabelSelector.EMPTY))
        .withObjectSelector(
            Objects.requireNonNullElse(webhook.objectSelector(), LabelSelector.EMPTY))
        .withTimeoutSeconds(Objects.requireNonNullElse(webhook.timeoutSeconds(), timeoutSeconds))
        .withClientConfig(client(webhook.clientConfig()))
        .withRules(Mapped.each(webhook.rules(), Webhooks::rule));
  }

  private static RuleWithOperations rule(RuleWithOperations rule) {
    return rule.scope() == null ? rule.withScope("*") : rule;
  }

  private static WebhookClientConfig client(WebhookClientConfig client) {
    var service = client.service();
    return service == null || service.port() != null
        ? client
        : client.withService(service.withPort(HTTPS_PORT));
  }
}
