package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.List;

/// The same objects in other versions, for webhooks whose rules name one version and mean all.
public interface EquivalentTypes {
  /// Other types under which the objects of this one are served.
  List<ResourceType<?>> of(ResourceType<?> type);

  /// The object in the version of another of these types.
  KubernetesObject convert(KubernetesObject object, ResourceType<?> from, ResourceType<?> to)
      throws InterruptedException;
}
