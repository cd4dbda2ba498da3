package io.kubejar.kubelet.env;

/// Why a container or sandbox did not start, as its status and events tell it.
public final class ContainerFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  public ContainerFailure(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public static ContainerFailure config(String message) {
    return new ContainerFailure("CreateContainerConfigError", message);
  }

  /// One word, such as `ErrImagePull`.
  public String reason() {
    return reason;
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
