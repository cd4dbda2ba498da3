package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.List;

/// What can be wrong with the parameters of a write.
final class PatchOptions {
  private PatchOptions() {}

  static ApiException fieldManagerMissing() {
    return invalid(
        "PatchOptions", FieldError.required("fieldManager", "is required for apply patch"));
  }

  static ApiException forceWithoutApply() {
    return invalid(
        "PatchOptions", FieldError.forbidden("force", "may not be specified for non-apply patch"));
  }

  static ApiException dryRunUnknown(List<String> dryRun) {
    return invalid("CreateOptions", FieldError.notSupported("dryRun", dryRun, List.of("All")));
  }

  private static ApiException invalid(String kind, FieldError error) {
    return ApiException.invalid("meta.k8s.io", kind, "", List.of(error.cause()));
  }
}
