package io.kubejar.apiserver.admission.storage;

import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Volumes and claims are not removed while they are used: a finalizer sees to it.
public final class InUseProtection implements AdmissionPlugin {
  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    if (!request.is(Operation.CREATE) || !request.subresource().isEmpty()) {
      return request.object();
    }
    return switch (request.object()) {
      case PersistentVolumeClaim claim ->
          claim.withMetadata(with(claim.metadata(), "kubernetes.io/pvc-protection"));
      case PersistentVolume volume ->
          volume.withMetadata(with(volume.metadata(), "kubernetes.io/pv-protection"));
      case null, default -> request.object();
    };
  }

  private static ObjectMeta with(ObjectMeta metadata, String finalizer) {
    if (metadata.finalizers().contains(finalizer)) {
      return metadata;
    }
    var finalizers = new ArrayList<>(metadata.finalizers());
    finalizers.add(finalizer);
    return metadata.withFinalizers(finalizers);
  }
}
