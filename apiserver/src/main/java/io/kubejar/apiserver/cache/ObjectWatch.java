package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One watcher's place in the stream of changes. For use by one reader at a time.
public interface ObjectWatch<T extends KubernetesObject> extends AutoCloseable {
  /// The next item, or null if there is none right now.
  @Nullable WatchItem<T> poll() throws InterruptedException;

  /// Waits for the next item. Empty if [#interruptWaiting] was called meanwhile.
  Optional<WatchItem<T>> take() throws InterruptedException;

  /// The next item; empty if none comes within this time.
  Optional<WatchItem<T>> poll(Duration patience) throws InterruptedException;

  /// Makes a waiting [#take] return, so that its caller can look at the time.
  void interruptWaiting();

  /// Whom to call whenever items may have come; called at once if there are any.
  void onAvailable(Runnable listener);

  /// Ends the watch; a waiting reader gets [WatchItem.Closed].
  @Override
  void close();
}
