package io.kubejar.storage;

import java.io.IOException;

/// A failure after which nobody knows what is on the disk. The process has to stop. Every other
/// [IOException] of the log left it as it was.
final class DiskFaultException extends IOException {
  private static final long serialVersionUID = 1L;

  DiskFaultException(String message, IOException cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
