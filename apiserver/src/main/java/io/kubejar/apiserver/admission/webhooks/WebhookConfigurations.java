package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/// All webhooks of one kind, ordered by the names of their configurations; made anew when one of
/// these changed.
final class WebhookConfigurations<T extends KubernetesObject> {
  private final Registry<T> configurations;
  private final Function<T, List<Webhook>> webhooks;
  private volatile Made made = new Made(-1, List.of());

  private record Made(long changes, List<Webhook> webhooks) {}

  private WebhookConfigurations(Registry<T> configurations, Function<T, List<Webhook>> webhooks) {
    this.configurations = configurations;
    this.webhooks = webhooks;
  }

  static WebhookConfigurations<MutatingWebhookConfiguration> mutating(
      Registry<MutatingWebhookConfiguration> configurations) {
    return new WebhookConfigurations<>(configurations, Webhook::of);
  }

  static WebhookConfigurations<ValidatingWebhookConfiguration> validating(
      Registry<ValidatingWebhookConfiguration> configurations) {
    return new WebhookConfigurations<>(configurations, Webhook::of);
  }

  List<Webhook> current() throws InterruptedException {
    long changes = configurations.cacheWithOwnWrites().changes();
    var last = made;
    if (last.changes() == changes) {
      return last.webhooks();
    }
    var fresh =
        configurations.cacheWithOwnWrites().list(Selection.all()).objects().stream()
            .map(Stored::object)
            .sorted(Comparator.comparing(configuration -> configuration.metadata().name()))
            .flatMap(configuration -> webhooks.apply(configuration).stream())
            .toList();
    made = new Made(changes, fresh);
    return fresh;
  }
}
