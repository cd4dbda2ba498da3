package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.storage.Value;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One object as it is in the store at one revision, together with the bytes it was sent as and the
/// other versions it was shown in.
///
/// These are made on first use and shared by all lists and watches; they are dropped before memory
/// runs out.
public final class Stored<T extends KubernetesObject> {
  /// What an object is made of that nobody has looked at yet.
  private record Raw<T extends KubernetesObject>(Value value, CacheFeed.Decoder<T> decoder) {}

  private final String path;
  private final @Nullable Raw<T> raw;
  private volatile @Nullable T object;
  private final long revision;
  private final int bytes;
  private volatile @Nullable SoftReference<Forms> forms;

  /// @param path the key below the resource's prefix: `namespace/name`, or the name alone
  /// @param object the object, with its resourceVersion set to the revision
  public Stored(String path, T object, long revision) {
    this(path, object, null, revision, 0);
  }

  /// @param bytes how much it takes in the store
  public Stored(String path, T object, long revision, int bytes) {
    this(path, object, null, revision, bytes);
  }

  private Stored(String path, @Nullable T object, @Nullable Raw<T> raw, long revision, int bytes) {
    this.path = path;
    this.object = object;
    this.raw = raw;
    this.revision = revision;
    this.bytes = bytes;
  }

  /// An object that is decoded when it is first looked at, because that takes long and may fail.
  static <T extends KubernetesObject> Stored<T> slow(
      String path, Value value, long revision, CacheFeed.Decoder<T> decoder) {
    return new Stored<>(path, null, new Raw<>(value, decoder), revision, value.size());
  }

  public String path() {
    return path;
  }

  /// The object.
  ///
  /// @throws io.kubejar.apimachinery.ApiException if it had to be converted and could not be
  public T object() {
    var known = object;
    if (known == null) {
      var source = Objects.requireNonNull(raw);
      known = source.decoder.decode(source.value, revision);
      object = known;
    }
    return known;
  }

  /// Whether looking at the object takes long.
  boolean isSlow() {
    return object == null;
  }

  /// The same object as of a later revision, at which it went.
  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  Stored<T> at(long later) {
    var known = object;
    if (known == null) {
      return new Stored<>(path, null, raw, later, bytes);
    }
    var metadata = known.metadata().withResourceVersion(Long.toString(later));
    return new Stored<>(path, (T) known.withMetadata(metadata), later, bytes);
  }

  /// Looks at all of them at once, which takes less long than one by one.
  static <T extends KubernetesObject> void lookAt(List<Stored<T>> all) {
    var slow = all.stream().filter(Stored::isSlow).toList();
    if (slow.isEmpty()) {
      return;
    }
    var decoder = Objects.requireNonNull(slow.getFirst().raw).decoder;
    var values = slow.stream().map(each -> Objects.requireNonNull(each.raw).value).toList();
    var revisions = slow.stream().map(Stored::revision).toList();
    var objects = decoder.decodeAll(values, revisions);
    for (int i = 0; i < objects.size(); i++) {
      slow.get(i).object = objects.get(i);
    }
  }

  public long revision() {
    return revision;
  }

  /// How much it takes in the store; 0 if it does not come from there.
  public int bytes() {
    return bytes;
  }

  /// The object's bytes in a format, encoded by the given function unless somebody did it before or
  /// is at it.
  public byte[] encoded(String format, Function<T, byte[]> encoder) {
    return forms().encodings.computeIfAbsent(format, _ -> encoder.apply(object()));
  }

  /// The same object in another version, converted by the given function unless somebody did it
  /// before.
  @SuppressWarnings("unchecked") // Each version has one type.
  public <V extends KubernetesObject> Stored<V> in(
      ResourceType<V> version, Converter<T, V> converter) throws InterruptedException {
    var versions = forms().versions;
    var known = (Stored<V>) versions.get(version);
    if (known != null) {
      return known;
    }
    // Two that convert at the same time do it twice: a conversion may take long, and need no lock.
    var converted = new Stored<>(path, converter.convert(object()), revision, bytes);
    versions.put(version, converted);
    return converted;
  }

  /// The same for somebody who goes through so many that what is made of them on the way must not
  /// be kept: it would fill the memory. What others have kept is used.
  public Stored<T> fleeting() {
    var kept = forms == null ? null : forms.get();
    return kept == null ? new Stored<>(path, object, raw, revision, bytes) : this;
  }

  /// Whether the object has been shown in this version and is still kept.
  public boolean isKnownIn(ResourceType<?> version) {
    return forms().versions.containsKey(version);
  }

  /// Makes an object of another version.
  @FunctionalInterface
  public interface Converter<T extends KubernetesObject, V extends KubernetesObject> {
    V convert(T object) throws InterruptedException;
  }

  private record Forms(Map<String, byte[]> encodings, Map<ResourceType<?>, Stored<?>> versions) {}

  private Forms forms() {
    var kept = forms == null ? null : forms.get();
    return kept == null ? begun() : kept;
  }

  /// One at a time, so that all who come first share the same.
  private synchronized Forms begun() {
    var kept = forms == null ? null : forms.get();
    if (kept == null) {
      kept = new Forms(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
      forms = new SoftReference<>(kept);
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
