package io.kubejar.standalone.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The user this process runs as.
public final class User {
  private User() {}

  /// Whether the process may do everything; only root can run nodes.
  public static boolean isRoot() {
    var self = Path.of("/proc/self");
    if (!Files.exists(self)) {
      return false; // Not Linux: no nodes here, and no need for root.
    }
    try {
      return Files.getAttribute(self, "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell who runs this process", e);
    }
  }
}
