package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import org.jspecify.annotations.Nullable;

/// A stream of changes of one kind.
///
/// It ends with [WatchEvent.Closed] or [WatchEvent.Failed]; after that every poll gives the end
/// again. The buffer is bounded: a reader that does not keep up makes the other side wait, or is
/// cut off with a `Failed`.
public interface Watch<T extends KubernetesObject> extends AutoCloseable {

  /// The next event, or null if none has arrived yet.
  @Nullable WatchEvent<T> poll() throws InterruptedException;

  /// Waits for the next event.
  WatchEvent<T> take() throws InterruptedException;

  /// Remembers whom to wake when an event may have arrived; wakes it at once if one is there
  /// already.
  void onAvailable(Runnable wakeUp);

  @Override
  void close();
}
