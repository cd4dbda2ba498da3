package io.kubejar.api;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Finds the golden files of upstream, which lie beside the project and are no part of it.
final class ReferenceFiles {
  static final String ABSENT =
      "the reference data beside the project (../shared/reference) is absent";

  private ReferenceFiles() {}

  static Optional<Path> find(String name) {
    for (var each = Path.of("").toAbsolutePath(); each != null; each = each.getParent()) {
      var candidate = each.resolve("shared/reference").resolve(name);
      if (Files.exists(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
