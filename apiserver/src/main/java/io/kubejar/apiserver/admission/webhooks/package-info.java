/// Admission webhooks: others who may change or refuse what is written.
///
/// [io.kubejar.apiserver.admission.webhooks.WebhookConfigurations] knows them all,
/// [io.kubejar.apiserver.admission.webhooks.WebhookMatcher] finds those that a request concerns,
/// and [io.kubejar.apiserver.admission.webhooks.WebhookCall] asks one.
@NullMarked
package io.kubejar.apiserver.admission.webhooks;

import org.jspecify.annotations.NullMarked;
