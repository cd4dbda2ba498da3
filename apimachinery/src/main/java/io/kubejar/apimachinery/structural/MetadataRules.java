package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;

/// What the API server asks of the metadata of any object.
@FunctionalInterface
public interface MetadataRules {

  /// @param namespaced whether the object must have a namespace; otherwise it must have none
  /// @param path of the metadata
  List<FieldError> check(ObjectMeta metadata, boolean namespaced, FieldPath path);
}
