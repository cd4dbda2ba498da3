package io.kubejar.apiserver.kms;

/// A call that failed, in the words in which upstream tells it.
public final class KmsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  /// @param code gRPC's, as Go writes it: `DeadlineExceeded`
  public KmsException(String code, String description) {
    super("rpc error: code = " + code + " desc = " + description);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
