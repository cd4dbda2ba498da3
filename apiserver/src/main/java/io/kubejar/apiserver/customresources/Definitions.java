package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;

/// Small questions about definitions.
final class Definitions {
  /// Keeps a definition until its objects are gone.
  static final String CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

  private Definitions() {}

  static boolean isNamespaced(CustomResourceDefinition definition) {
    return definition.spec().scope().equals("Namespaced");
  }

  static boolean isTerminating(CustomResourceDefinition definition) {
    return definition.metadata().deletionTimestamp() != null
        || Conditions.isTrue(definition, Conditions.TERMINATING);
  }

  static boolean awaitsCleanup(CustomResourceDefinition definition) {
    return definition.metadata().deletionTimestamp() != null
        && definition.metadata().finalizers().contains(CLEANUP_FINALIZER);
  }

  /// Whether requests for its objects are answered.
  static boolean isServed(CustomResourceDefinition definition) {
    return Conditions.isTrue(definition, Conditions.NAMES_ACCEPTED)
        || Conditions.isTrue(definition, Conditions.ESTABLISHED);
  }

  /// The version that objects are stored in.
  ///
  /// @throws IllegalArgumentException if there is none, which validation does not let pass
  static CustomResourceDefinitionVersion storageVersion(CustomResourceDefinition definition) {
    return definition.spec().versions().stream()
        .filter(CustomResourceDefinitionVersion::storage)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no storage version"));
  }
}
