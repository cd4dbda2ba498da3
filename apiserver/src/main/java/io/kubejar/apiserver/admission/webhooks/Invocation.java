package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.apimachinery.ResourceType;

/// A webhook that a request concerns.
///
/// @param type the version in which the webhook wants to see it
public record Invocation(Webhook webhook, ResourceType<?> type) {}
