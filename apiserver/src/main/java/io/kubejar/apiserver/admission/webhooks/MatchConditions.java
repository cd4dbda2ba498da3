package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.apiserver.admission.AdmissionRequest;

/// Decides whether the conditions of a webhook let it be called.
@FunctionalInterface
public interface MatchConditions {
  /// Whether all conditions hold; an error in one of them does not matter if another does not hold.
  ///
  /// @throws io.kubejar.apimachinery.ApiException 403 if one cannot be evaluated and the webhook's
  ///   failures count
  boolean hold(Invocation invocation, AdmissionRequest request) throws InterruptedException;
}
