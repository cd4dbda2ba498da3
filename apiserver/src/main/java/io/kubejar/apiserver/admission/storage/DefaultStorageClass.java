package io.kubejar.apiserver.admission.storage;

import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.admission.DefaultClass;
import io.kubejar.apiserver.registry.Registry;
import org.jspecify.annotations.Nullable;

/// Claims that name no class get the default one.
public final class DefaultStorageClass implements AdmissionPlugin {
  private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";
  private static final String OLD_DEFAULT = "storageclass.beta.kubernetes.io/is-default-class";
  private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

  private final Registry<StorageClass> classes;

  public DefaultStorageClass(Registry<StorageClass> classes) {
    this.classes = classes;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    boolean created = request.is(Operation.CREATE) && request.subresource().isEmpty();
    if (!created || !(request.object() instanceof PersistentVolumeClaim claim)) {
      return request.object();
    }
    boolean chosen =
        claim.spec().storageClassName() != null
            || claim.metadata().annotations().containsKey(CLASS_ANNOTATION);
    return chosen
        ? claim
        : DefaultClass.of(classes, DEFAULT, OLD_DEFAULT)
            .map(name -> claim.withSpec(claim.spec().withStorageClassName(name)))
            .orElse(claim);
  }
}
