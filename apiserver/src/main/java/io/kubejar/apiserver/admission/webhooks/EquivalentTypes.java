package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.admission.AdmissionRequest;
import java.util.List;

/// The same objects in other versions, for webhooks whose rules name one version and mean all.
public interface EquivalentTypes {
  /// Other types under which the objects of this one are served.
  List<ResourceType<?>> of(ResourceType<?> type);

  /// The version that the client asked in, which may be another than the stored one.
  default ResourceType<?> requested(AdmissionRequest request) {
    return of(request.type()).stream()
        .filter(type -> type.gvk().apiVersion().equals(request.call().version()))
        .<ResourceType<?>>map(type -> type)
        .findFirst()
        .orElse(request.type());
  }

  /// The object in the version of another of these types.
  KubernetesObject convert(KubernetesObject object, ResourceType<?> from, ResourceType<?> to)
      throws InterruptedException;
}
