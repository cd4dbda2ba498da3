package io.kubejar.apimachinery;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An immutable map from text, sorted by key: the order in which every wire format wants it.
///
/// Two arrays instead of a table of entries: objects carry many small maps, and the sum of them
/// counts.
public final class FrozenMap<V> extends AbstractMap<String, V> {
  private static final FrozenMap<?> EMPTY = new FrozenMap<>(new String[0], new @Nullable Object[0]);

  private final String[] keys;
  private final @Nullable Object[] values;

  private FrozenMap(String[] keys, @Nullable Object[] values) {
    this.keys = keys;
    this.values = values;
  }

  @SuppressWarnings("unchecked") // It holds no value.
  public static <V> FrozenMap<V> empty() {
    return (FrozenMap<V>) EMPTY;
  }

  /// The same content, frozen. Costs nothing for a map that is frozen already.
  public static <V> FrozenMap<V> copyOf(Map<String, ? extends V> map) {
    if (map instanceof FrozenMap<? extends V> frozen) {
      @SuppressWarnings("unchecked") // Nothing can be put into it.
      var same = (FrozenMap<V>) frozen;
      return same;
    }
    if (map.isEmpty()) {
      return empty();
    }
    var keys = map.keySet().toArray(new String[0]);
    Arrays.sort(keys);
    var values = new @Nullable Object[keys.length];
    for (int i = 0; i < keys.length; i++) {
      values[i] = map.get(keys[i]);
    }
    return new FrozenMap<>(keys, values);
  }

  @Override
  public int size() {
    return keys.length;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return indexOf(key) >= 0;
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    int index = indexOf(key);
    return index < 0 ? null : valueAt(index);
  }

  /// The key at this place of the order.
  public String keyAt(int index) {
    return keys[index];
  }

  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // Only copyOf fills the array; a null in is a null out.
  public V valueAt(int index) {
    return (V) values[index];
  }

  private int indexOf(@Nullable Object key) {
    return key instanceof String text ? Arrays.binarySearch(keys, text) : -1;
  }

  @Override
  public Set<Entry<String, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return keys.length;
      }

      @Override
      public Iterator<Entry<String, V>> iterator() {
        return new Entries();
      }
    };
  }

  private final class Entries implements Iterator<Entry<String, V>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < keys.length;
    }

    @Override
    public Entry<String, V> next() {
      if (next >= keys.length) {
        throw new NoSuchElementException();
      }
      var entry = new SimpleImmutableEntry<String, V>(keys[next], valueAt(next));
      next++;
      return entry;
    }
  }
}
