package io.kubejar.apiserver.services;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.cache.CacheWatch;
import io.kubejar.apiserver.cache.ResourceCache.Start;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.registry.Registry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All objects of a resource and every change of one, for one thread. Whoever falls too far behind
/// is told of all objects again.
final class Followed<T extends KubernetesObject> {
  private final Registry<T> registry;
  private final Consumer<T> seen;
  private @Nullable CacheWatch<T> watch;

  /// @param seen takes each object that is there, has changed or is gone, in its last state
  Followed(Registry<T> registry, Consumer<T> seen) {
    this.registry = registry;
    this.seen = seen;
  }

  Registry<T> registry() {
    return registry;
  }

  /// Passes on what has happened since the last call.
  ///
  /// @param wakeUp whom to tell when there is more
  void drain(Runnable wakeUp) {
    var current = watch;
    if (current == null) {
      current = registry.cache().watch(Selection.all(), Start.WITH_STATE);
      watch = current;
      current.onAvailable(wakeUp);
    }
    for (var item = current.poll(); item != null; item = current.poll()) {
      switch (item) {
        case WatchItem.Change<T>(_, var stored) -> seen.accept(stored.object());
        case WatchItem.Bookmark<T> _, WatchItem.Failed<T> _ -> {}
        case WatchItem.Closed<T> _ -> {
          watch = null;
          wakeUp.run(); // The next call begins anew.
          return;
        }
      }
    }
  }
}
