package io.kubejar.apiserver.registry;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.StatusCause;

/// The answer to those who ask for a revision that this server has not seen yet.
final class TooNew {
  private static final int RETRY_AFTER_SECONDS = 1;

  private TooNew() {}

  static ApiException exception(long wanted, long current) {
    var cause =
        StatusCause.EMPTY
            .withReason("ResourceVersionTooLarge")
            .withMessage("Too large resource version");
    var text = "Too large resource version: " + wanted + ", current: " + current;
    return ApiException.timeout(text, RETRY_AFTER_SECONDS).withCause(cause);
  }
}
