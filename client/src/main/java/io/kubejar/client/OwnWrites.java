package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Remembers the versions of objects that a controller has written itself, so that it can tell when
/// its cache is behind. To decide by an older version would be to decide twice: the write would be
/// refused, but what was done before it would not be undone.
///
/// Bounded by the objects that the controller forgets when they are gone. Safe for use by many
/// threads.
public final class OwnWrites {
  private final Map<ObjectKey, Written> written = new ConcurrentHashMap<>();

  private record Written(String uid, long version) {}

  /// Whether the object from the cache is at least as new as what was written last. Where it is
  /// not, the informer will show a newer one soon, and tell its handlers.
  public boolean shownBy(KubernetesObject cached) {
    var last = written.get(ObjectKey.of(cached));
    return last == null
        || !last.uid().equals(cached.metadata().uid())
        || version(cached) >= last.version();
  }

  /// The object was written, and this is the server's answer.
  public void wrote(KubernetesObject answer) {
    written.put(ObjectKey.of(answer), new Written(answer.metadata().uid(), version(answer)));
  }

  /// The object is gone, or will not be written any more.
  public void forget(ObjectKey key) {
    written.remove(key);
  }

  private static long version(KubernetesObject object) {
    return Long.parseLong(object.metadata().resourceVersion());
  }
}
