package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One object as it is in the store at one revision, together with the bytes it was sent as.
///
/// The bytes are made on first use and shared by all lists and watches; they are dropped before
/// memory runs out.
public final class Stored<T extends KubernetesObject> {
  private final String path;
  private final T object;
  private final long revision;
  private volatile @Nullable SoftReference<Map<String, byte[]>> encodings;

  /// @param path the key below the resource's prefix: `namespace/name`, or the name alone
  /// @param object the object, with its resourceVersion set to the revision
  public Stored(String path, T object, long revision) {
    this.path = path;
    this.object = object;
    this.revision = revision;
  }

  public String path() {
    return path;
  }

  public T object() {
    return object;
  }

  public long revision() {
    return revision;
  }

  /// The object's bytes in a format, encoded by the given function unless somebody did it before or
  /// is at it.
  public byte[] encoded(String format, Function<T, byte[]> encoder) {
    var kept = encodings == null ? null : encodings.get();
    return (kept == null ? begun() : kept).computeIfAbsent(format, _ -> encoder.apply(object));
  }

  /// One at a time, so that all who come first share one map.
  private synchronized Map<String, byte[]> begun() {
    var kept = encodings == null ? null : encodings.get();
    if (kept == null) {
      kept = new ConcurrentHashMap<>();
      encodings = new SoftReference<>(kept);
    }
    return kept;
  }

  static String pathOf(ObjectKey key) {
    return key.namespace().isEmpty() ? key.name() : key.namespace() + "/" + key.name();
  }

  @Override
  public String toString() {
    return path + "@" + revision;
  }
}
