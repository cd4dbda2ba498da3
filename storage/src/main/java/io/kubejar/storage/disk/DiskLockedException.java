package io.kubejar.storage.disk;

import java.io.IOException;

/// The directory is in use already.
public final class DiskLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  public DiskLockedException(String message) {
    super(message);
  }
}
