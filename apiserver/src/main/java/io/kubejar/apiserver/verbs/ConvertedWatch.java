package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.cache.WatchItem;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A watch that shows objects in another version.
record ConvertedWatch<V extends KubernetesObject, T extends KubernetesObject>(
    ObjectWatch<T> watch, Conversion<V, T> conversion) implements ObjectWatch<V> {

  /// Shows one stored object in the other version.
  @FunctionalInterface
  interface Conversion<V extends KubernetesObject, T extends KubernetesObject> {
    Stored<V> of(Stored<T> object) throws InterruptedException;
  }

  @Override
  public @Nullable WatchItem<V> poll() throws InterruptedException {
    var item = watch.poll();
    return item == null ? null : converted(item);
  }

  @Override
  public Optional<WatchItem<V>> take() throws InterruptedException {
    var item = watch.take();
    return item.isEmpty() ? Optional.empty() : Optional.of(converted(item.get()));
  }

  @Override
  public Optional<WatchItem<V>> poll(Duration patience) throws InterruptedException {
    var item = watch.poll(patience);
    return item.isEmpty() ? Optional.empty() : Optional.of(converted(item.get()));
  }

  private WatchItem<V> converted(WatchItem<T> item) throws InterruptedException {
    return switch (item) {
      case WatchItem.Change<T>(var type, var object) ->
          new WatchItem.Change<>(type, conversion.of(object));
      case WatchItem.Bookmark<T>(var revision, var end) -> new WatchItem.Bookmark<>(revision, end);
      case WatchItem.Failed<T>(var status) -> new WatchItem.Failed<>(status);
      case WatchItem.Closed<T> _ -> new WatchItem.Closed<>();
    };
  }

  @Override
  public void interruptWaiting() {
    watch.interruptWaiting();
  }

  @Override
  public void onAvailable(Runnable listener) {
    watch.onAvailable(listener);
  }

  @Override
  public void close() {
    watch.close();
  }
}
