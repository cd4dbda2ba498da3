package io.kubejar.apiserver.validation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Paths of files inside of volumes and on hosts.
final class Paths {
  private static final String MODE = "must be a number between 0 and 0777 (octal), both inclusive";

  private Paths() {}

  /// A path that stays below where it starts.
  static void local(Check at, String path) {
    if (path.startsWith("/")) {
      at.invalid(path, "must be a relative path");
    }
    noBacksteps(at, path);
  }

  /// Likewise, and not one of the names that the kubelet keeps for itself.
  static void localNotReserved(Check at, String path) {
    local(at, path);
    if (path.startsWith("..") && !path.startsWith("../")) {
      at.invalid(path, "must not start with '..'");
    }
  }

  static void noBacksteps(Check at, String path) {
    if (Arrays.asList(path.split("/", -1)).contains("..")) {
      at.invalid(path, "must not contain '..'");
    }
  }

  static void mode(Check at, @Nullable Integer mode) {
    if (mode != null && (mode < 0 || mode > 0777)) {
      at.invalid(mode, MODE);
    }
  }
}
