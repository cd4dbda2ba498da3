package io.kubejar.controlplane;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchEvent;
import org.jspecify.annotations.Nullable;

/// A watch on the API server's own cache, in the client's terms.
record InProcessWatch<T extends KubernetesObject>(ObjectWatch<T> watch) implements Watch<T> {
  @Override
  public @Nullable WatchEvent<T> poll() throws InterruptedException {
    var item = watch.poll();
    return item == null ? null : translate(item);
  }

  @Override
  public WatchEvent<T> take() throws InterruptedException {
    while (true) {
      var item = watch.take();
      if (item.isPresent()) {
        return translate(item.get());
      }
    }
  }

  @Override
  public void onAvailable(Runnable wakeUp) {
    watch.onAvailable(wakeUp);
  }

  @Override
  public void close() {
    watch.close();
  }

  private static <T extends KubernetesObject> WatchEvent<T> translate(WatchItem<T> item) {
    return switch (item) {
      case WatchItem.Change<T>(var type, var stored) ->
          switch (type) {
            case ADDED -> new WatchEvent.Added<>(stored.object());
            case MODIFIED -> new WatchEvent.Modified<>(stored.object());
            case DELETED -> new WatchEvent.Deleted<>(stored.object());
          };
      case WatchItem.Bookmark<T>(var revision, var initialEventsEnd) ->
          new WatchEvent.Bookmark<>(Long.toString(revision), initialEventsEnd);
      case WatchItem.Failed<T>(var status) -> new WatchEvent.Failed<>(status);
      case WatchItem.Closed<T>() -> new WatchEvent.Closed<>();
    };
  }
}
