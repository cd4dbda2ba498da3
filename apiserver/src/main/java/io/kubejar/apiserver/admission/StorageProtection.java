package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Volumes and claims in use are not removed, and claims that name no class get the default one.
public final class StorageProtection implements AdmissionPlugin {
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
  private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

  private final Registry<StorageClass> classes;

  public StorageProtection(Registry<StorageClass> classes) {
    this.classes = classes;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    if (!request.is(Operation.CREATE) || !request.subresource().isEmpty()) {
      return request.object();
    }
    return switch (request.object()) {
      case PersistentVolumeClaim claim ->
          withClass(claim.withMetadata(with(claim.metadata(), "kubernetes.io/pvc-protection")));
      case PersistentVolume volume ->
          volume.withMetadata(with(volume.metadata(), "kubernetes.io/pv-protection"));
      case null, default -> request.object();
    };
  }

  private PersistentVolumeClaim withClass(PersistentVolumeClaim claim) {
    boolean chosen =
        claim.spec().storageClassName() != null
            || claim.metadata().annotations().containsKey(CLASS_ANNOTATION);
    return chosen
        ? claim
        : byDefault()
            .map(name -> claim.withSpec(claim.spec().withStorageClassName(name)))
            .orElse(claim);
  }

  /// The newest of the default classes.
  private Optional<String> byDefault() {
    return classes.cache().list(Selection.all()).objects().stream()
        .map(Stored::object)
        .map(StorageClass::metadata)
        .filter(it -> "true".equals(it.annotations().get(DEFAULT_CLASS)))
        .max(
            Comparator.comparing(
                ObjectMeta::creationTimestamp, Comparator.nullsFirst(Comparator.naturalOrder())))
        .map(ObjectMeta::name);
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
