package io.kubejar.apiserver.aggregation;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.cache.CacheWatch;
import io.kubejar.apiserver.cache.ResourceCache.Start;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.verbs.Resources;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells that something of certain resources has changed, not what: whoever asks looks at the whole
/// state. For use by one thread, apart from the listener.
public final class Changes {
  private final List<Source<?>> sources = new ArrayList<>();
  private boolean again = true; // The first look is due without any change.

  /// Follows these resources, once they can be watched.
  public static Changes of(Resources resources, ResourceType<?>... types) {
    var changes = new Changes();
    for (var type : types) {
      changes.add(resources, type);
    }
    return changes;
  }

  private Changes() {}

  private <T extends KubernetesObject> void add(Resources resources, ResourceType<T> type) {
    sources.add(new Source<>(resources, type));
  }

  /// Whom to wake when something may have changed.
  void onChange(Runnable listener) {
    sources.forEach(source -> source.listener = listener);
    listener.run();
  }

  /// Makes the next look due.
  void again() {
    again = true;
  }

  /// Whether anything has changed since the last time this was asked.
  boolean any() {
    boolean any = again;
    again = false;
    for (var source : sources) {
      any |= source.changed();
    }
    return any;
  }

  private static final class Source<T extends KubernetesObject> {
    private final Resources resources;
    private final ResourceType<T> type;
    private @Nullable CacheWatch<T> watch;
    private Runnable listener = () -> {};

    Source(Resources resources, ResourceType<T> type) {
      this.resources = resources;
      this.type = type;
    }

    boolean changed() {
      var current = watch;
      if (current == null) {
        current =
            resources.stored(type).registry().cache().watch(Selection.all(), Start.WITH_STATE);
        watch = current;
        current.onAvailable(listener);
      }
      boolean any = false;
      for (var item = current.poll(); item != null; item = current.poll()) {
        any = true;
        if (item instanceof WatchItem.Closed<T>) {
          watch = null; // The next look begins anew.
          listener.run();
          return true;
        }
      }
      return any;
    }
  }
}
