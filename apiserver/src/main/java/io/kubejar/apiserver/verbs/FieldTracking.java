package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.Optional;

/// Keeps `metadata.managedFields`: who set which field.
public interface FieldTracking {
  /// Leaves managedFields as they are.
  FieldTracking OFF =
      new FieldTracking() {
        @Override
        public <T extends KubernetesObject> T update(
            ResourceType<T> type, Optional<T> live, T updated, String manager, String subresource) {
          return updated;
        }
      };

  /// The new object with managedFields that tell what this manager changed compared to the live
  /// one.
  <T extends KubernetesObject> T update(
      ResourceType<T> type, Optional<T> live, T updated, String manager, String subresource);
}
