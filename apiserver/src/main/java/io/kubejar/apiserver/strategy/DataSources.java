package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.TypedLocalObjectReference;
import io.kubejar.api.core.v1.TypedObjectReference;
import org.jspecify.annotations.Nullable;

/// What a claim's volume is filled with at first: an old field and a new one, which say the same.
final class DataSources {
  private DataSources() {}

  /// Fills in the one that was left out. What the old field alone cannot say is dropped, as it
  /// always was.
  static PersistentVolumeClaimSpec normalized(
      PersistentVolumeClaimSpec spec, PersistentVolumeClaimSpec old) {
    var source = spec.dataSource();
    var reference = spec.dataSourceRef();
    if (source != null && reference == null) {
      boolean kept = old.dataSource() != null || isClaimOrSnapshot(source);
      return kept ? spec.withDataSourceRef(reference(source)) : spec.withDataSource(null);
    }
    if (source == null && reference != null && isEmpty(reference.namespace())) {
      return spec.withDataSource(
          TypedLocalObjectReference.EMPTY
              .withApiGroup(reference.apiGroup())
              .withKind(reference.kind())
              .withName(reference.name()));
    }
    return spec;
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  private static boolean isClaimOrSnapshot(TypedLocalObjectReference source) {
    return isEmpty(source.apiGroup())
        ? source.kind().equals("PersistentVolumeClaim")
        : "snapshot.storage.k8s.io".equals(source.apiGroup())
            && source.kind().equals("VolumeSnapshot");
  }

  private static TypedObjectReference reference(TypedLocalObjectReference source) {
    return TypedObjectReference.EMPTY
        .withApiGroup(source.apiGroup())
        .withKind(source.kind())
        .withName(source.name());
  }
}
