package io.kubejar.apiserver.admission;

import io.kubejar.apimachinery.KubernetesObject;
import org.jspecify.annotations.Nullable;

/// One rule about writes. Refuses by throwing an [io.kubejar.apimachinery.ApiException].
public interface AdmissionPlugin {

  /// The object as it should be; the same if there is nothing to change.
  default @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    return request.object();
  }

  /// Looks at the finished object.
  default void validate(AdmissionRequest request) throws InterruptedException {}
}
