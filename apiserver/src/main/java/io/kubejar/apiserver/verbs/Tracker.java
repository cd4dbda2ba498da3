package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.Optional;

/// Keeps the `metadata.managedFields` of one kind for writes in one version: who set which field.
public interface Tracker<T extends KubernetesObject> {
  /// The new object with managedFields that tell what this manager changed compared to the live
  /// one.
  T update(Optional<T> live, T updated, String manager, String subresource)
      throws InterruptedException;

  /// The live object, or a new one, with a configuration merged into it.
  ///
  /// @throws ApiException 409 if others own what would change
  T apply(Optional<T> live, JsonObject config, Application application) throws InterruptedException;

  /// Who applies.
  record Application(String manager, String subresource, boolean force) {}
}
