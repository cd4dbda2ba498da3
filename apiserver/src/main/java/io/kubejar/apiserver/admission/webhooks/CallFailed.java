package io.kubejar.apiserver.admission.webhooks;

import java.io.Serial;

/// A webhook could not be asked, or gave no answer that makes sense. Whether that matters is up to
/// the webhook's failure policy.
final class CallFailed extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  static final int UNAVAILABLE = 503;
  static final int INTERNAL = 500;
  static final int BAD_REQUEST = 400;

  private final int code;

  /// @param code for the metrics
  CallFailed(String reason, int code) {
    super(reason);
    this.code = code;
  }

  int code() {
    return code;
  }
}
