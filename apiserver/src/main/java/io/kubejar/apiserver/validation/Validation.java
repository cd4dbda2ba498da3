package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.KubernetesObject;
import java.util.List;

/// The validation of all kinds.
public final class Validation {
  private Validation() {}

  /// What is wrong with a new object.
  public static List<FieldError> create(KubernetesObject object) {
    return List.of();
  }

  /// What is wrong with an object that replaces an older state.
  public static List<FieldError> update(KubernetesObject object, KubernetesObject old) {
    return List.of();
  }
}
