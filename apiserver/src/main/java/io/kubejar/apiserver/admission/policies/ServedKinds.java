package io.kubejar.apiserver.admission.policies;

import io.kubejar.apiserver.registry.Registry;
import java.util.Optional;

/// Finds what is served at this moment, by kind.
@FunctionalInterface
public interface ServedKinds {
  /// The objects of a kind, seen in the version that is stored.
  Optional<Registry<?>> find(String apiVersion, String kind);
}
