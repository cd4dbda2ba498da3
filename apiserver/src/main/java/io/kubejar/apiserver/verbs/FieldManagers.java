package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.apply.FieldManager;
import io.kubejar.apimachinery.apply.Versions;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apiserver.conversion.Conversion;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Keeps managedFields for all kinds whose schema is known.
public final class FieldManagers implements FieldTracking {
  private final Makers makers;

  /// Makes the manager of writes to the main resource in a version.
  private interface Makers {
    <T extends KubernetesObject> Optional<FieldManager> of(
        ResourceType<?> version, List<Conversion<?, T>> all);
  }

  /// For the built-in kinds.
  public FieldManagers(InstantSource clock) {
    makers =
        new Makers() {
          @Override
          public <T extends KubernetesObject> Optional<FieldManager> of(
              ResourceType<?> version, List<Conversion<?, T>> all) {
            var others = new OtherVersions<>(all);
            return Schemas.of(version.gvk())
                .map(
                    schema ->
                        FieldManager.forType(version.gvk(), schema, clock).converting(others));
          }
        };
  }

  /// @param kinds the manager of writes to the main resource of a kind, which knows its other
  ///   versions itself
  public FieldManagers(Function<ResourceType<?>, Optional<FieldManager>> kinds) {
    makers =
        new Makers() {
          @Override
          public <T extends KubernetesObject> Optional<FieldManager> of(
              ResourceType<?> version, List<Conversion<?, T>> all) {
            return kinds.apply(version);
          }
        };
  }

  @Override
  public <V extends KubernetesObject, T extends KubernetesObject> Tracker<T> of(
      Conversion<V, T> version, UnaryOperator<V> defaults, List<Conversion<?, T>> all) {
    return makers
        .of(version.served(), all)
        .<Tracker<T>>map(manager -> new VersionTracker<>(version, manager, defaults))
        .orElseGet(NoTracker::new);
  }

  /// Converts trees by way of the stored version.
  private record OtherVersions<T extends KubernetesObject>(List<Conversion<?, T>> all)
      implements Versions {
    @Override
    public Optional<Versioned> convert(JsonObject object, String apiVersion)
        throws InterruptedException {
      var from = find(object.text("apiVersion"));
      var to = find(apiVersion);
      if (from.isEmpty() || to.isEmpty()) {
        return Optional.empty();
      }
      var schema = Schemas.of(to.get().served().gvk());
      if (schema.isEmpty()) {
        return Optional.empty();
      }
      boolean same = from.get().equals(to.get());
      var tree = same ? object : VersionTracker.tree(to.get(), stored(from.get(), object));
      return Optional.of(new Versioned(tree, schema.get()));
    }

    private Optional<Conversion<?, T>> find(String apiVersion) {
      return all.stream()
          .filter(each -> each.served().gvk().apiVersion().equals(apiVersion))
          .findFirst();
    }

    private static <V extends KubernetesObject, T extends KubernetesObject> T stored(
        Conversion<V, T> from, JsonObject tree) throws InterruptedException {
      return from.toStored(from.served().codec().fromTree(tree));
    }
  }
}
