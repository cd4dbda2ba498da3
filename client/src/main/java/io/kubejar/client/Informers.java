package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;

/// The informers of a process: one per kind and selection, shared by all who ask.
public interface Informers {

  /// The informer over all objects of the kind.
  default <T extends KubernetesObject> Informer<T> informer(ResourceType<T> type) {
    return informer(type, ListOptions.ALL);
  }

  /// The informer over what the selection (namespace, label and field selector) covers.
  <T extends KubernetesObject> Informer<T> informer(ResourceType<T> type, ListOptions selection);

  /// Ends all informers of a resource that is not served any more. What they have stays readable;
  /// who asks for one later gets a new one.
  void forget(ResourceType<?> type);
}
