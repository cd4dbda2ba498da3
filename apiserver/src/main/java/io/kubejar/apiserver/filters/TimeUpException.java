package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.Status;

/// A request took longer than it may.
public final class TimeUpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String WHY = "request did not complete within the allotted timeout";

  TimeUpException() {
    super(WHY, null, false, false);
  }

  /// What the client is told.
  Status status() {
    return ApiException.timeout(WHY, 0).status();
  }
}
