package io.kubejar.apiserver.admission.storage;

import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;

/// Claims grow only while they are bound and if their class allows it.
public final class ClaimResize implements AdmissionPlugin {
  private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

  private final Registry<StorageClass> classes;

  public ClaimResize(Registry<StorageClass> classes) {
    this.classes = classes;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    boolean update = request.is(Operation.UPDATE) && request.subresource().isEmpty();
    if (!update
        || !(request.object() instanceof PersistentVolumeClaim claim)
        || !(request.old() instanceof PersistentVolumeClaim before)
        || size(claim).compareTo(size(before)) <= 0) {
      return;
    }
    if (!before.status().phase().equals("Bound")) {
      throw request.forbidden("Only bound persistent volume claims can be expanded");
    }
    var name = className(claim);
    var found = classes.find(ObjectKey.clusterScoped(name));
    boolean allowed =
        !name.isEmpty()
            && name.equals(className(before))
            && found.filter(it -> Boolean.TRUE.equals(it.allowVolumeExpansion())).isPresent();
    if (!allowed) {
      throw request.forbidden(
          "only dynamically provisioned pvc can be resized and the storageclass that provisions the"
              + " pvc must support resize");
    }
  }

  private static Quantity size(PersistentVolumeClaim claim) {
    return claim.spec().resources().requests().getOrDefault("storage", Quantity.ZERO);
  }

  private static String className(PersistentVolumeClaim claim) {
    var annotated = claim.metadata().annotations().get(CLASS_ANNOTATION);
    var named = claim.spec().storageClassName();
    return annotated != null ? annotated : named == null ? "" : named;
  }
}
