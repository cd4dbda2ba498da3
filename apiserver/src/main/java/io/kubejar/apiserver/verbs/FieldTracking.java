package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apiserver.conversion.Conversion;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Whether and how managed fields are kept.
public interface FieldTracking {
  /// Leaves managedFields as they are, for worlds in which nobody applies.
  FieldTracking OFF =
      new FieldTracking() {
        @Override
        public <V extends KubernetesObject, T extends KubernetesObject> Tracker<T> of(
            Conversion<V, T> version, UnaryOperator<V> defaults, List<Conversion<?, T>> all) {
          return new NoTracker<>();
        }
      };

  /// The tracker of writes in a version.
  ///
  /// @param defaults fills in what an applied configuration of this version leaves out
  /// @param all all versions of the resource: managers remember the one they wrote in
  <V extends KubernetesObject, T extends KubernetesObject> Tracker<T> of(
      Conversion<V, T> version, UnaryOperator<V> defaults, List<Conversion<?, T>> all);

  /// Lets go of all managers. An object that is too large only with them is written without.
  record Forgetful<T extends KubernetesObject>() implements Tracker<T> {
    @Override
    public T update(Optional<T> live, T updated, String manager, String subresource) {
      return Metadata.unmanaged(updated);
    }

    @Override
    public T apply(Optional<T> live, JsonObject config, Application application) {
      throw new IllegalStateException("whoever applies is a manager");
    }
  }

  /// Tracks nothing.
  record NoTracker<T extends KubernetesObject>() implements Tracker<T> {
    @Override
    public T update(Optional<T> live, T updated, String manager, String subresource) {
      return updated;
    }

    @Override
    public T apply(Optional<T> live, JsonObject config, Application application) {
      throw ApiException.unsupportedMediaType("this server does not keep managed fields");
    }
  }
}
