package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.Optional;

/// Keeps `metadata.managedFields`: who set which field.
public interface FieldTracking {
  /// Leaves managedFields as they are, for worlds in which nobody applies.
  FieldTracking OFF =
      new FieldTracking() {
        @Override
        public <T extends KubernetesObject> T update(
            ResourceType<T> type, Optional<T> live, T updated, String manager, String subresource) {
          return updated;
        }

        @Override
        public <T extends KubernetesObject> T apply(
            ResourceType<T> type, Optional<T> live, JsonObject config, Application application) {
          throw ApiException.unsupportedMediaType("this server does not keep managed fields");
        }
      };

  /// The new object with managedFields that tell what this manager changed compared to the live
  /// one.
  <T extends KubernetesObject> T update(
      ResourceType<T> type, Optional<T> live, T updated, String manager, String subresource);

  /// The live object, or a new one, with a configuration merged into it.
  ///
  /// @throws ApiException 409 if others own what would change
  <T extends KubernetesObject> T apply(
      ResourceType<T> type, Optional<T> live, JsonObject config, Application application);

  /// Who applies.
  record Application(String manager, String subresource, boolean force) {}
}
