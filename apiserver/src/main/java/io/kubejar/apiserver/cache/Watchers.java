package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Who watches a cache, kept by what they watch: a change of one object is offered to those who
/// watch this object, or objects with its value of the indexed field, and to those who watch more
/// than that. A kubelet watches the pods of its node and single Secrets; there may be thousands of
/// them, and a change concerns one. For use under the cache's lock, but for [#count].
final class Watchers<T extends KubernetesObject> {
  private static final String ALL = "";
  private static final String OBJECT = "o:";
  private static final String FIELD = "f:";

  /// The lists are replaced, never changed: a watch may end while it is offered something.
  private final Map<String, List<CacheWatch<T>>> byKey = new HashMap<>();

  private final boolean namespaced;
  private final AtomicInteger count = new AtomicInteger();

  /// @param namespaced whether objects are in namespaces
  Watchers(boolean namespaced) {
    this.namespaced = namespaced;
  }

  int count() {
    return count.get();
  }

  void add(CacheWatch<T> watch) {
    var key = key(watch.selection());
    var more = new ArrayList<>(byKey.getOrDefault(key, List.of()));
    more.add(watch);
    byKey.put(key, List.copyOf(more));
    count.incrementAndGet();
  }

  void remove(CacheWatch<?> watch) {
    var key = key(watch.selection());
    var before = byKey.getOrDefault(key, List.of());
    var left = before.stream().filter(each -> each != watch).toList();
    if (left.isEmpty()) {
      byKey.remove(key);
    } else {
      byKey.put(key, left);
    }
    count.addAndGet(left.size() - before.size());
  }

  List<CacheWatch<T>> all() {
    return byKey.values().stream().flatMap(List::stream).toList();
  }

  /// Offers a change. Returns how many watches were ended because their readers are too slow.
  int offer(CacheEvent<T> event, @Nullable FieldIndex<T> index) {
    int dropped = 0;
    for (var key : keys(event, index)) {
      for (var watch : byKey.getOrDefault(key, List.of())) {
        dropped += watch.offer(event) ? 0 : 1;
      }
    }
    return dropped;
  }

  private Set<String> keys(CacheEvent<T> event, @Nullable FieldIndex<T> index) {
    var keys = new LinkedHashSet<String>();
    keys.add(ALL);
    keys.add(OBJECT + event.object().path());
    if (index != null) {
      addValue(event.object(), index, keys);
      var previous = event.previous();
      if (previous != null) {
        addValue(previous, index, keys);
      }
    }
    return keys;
  }

  /// What nobody can read concerns all who select by the field: they have to be told.
  private void addValue(Stored<T> object, FieldIndex<T> index, Set<String> keys) {
    try {
      keys.add(FIELD + index.value().apply(object.object()));
    } catch (ApiException _) {
      byKey.keySet().stream().filter(key -> key.startsWith(FIELD)).forEach(keys::add);
    }
  }

  private String key(Selection<?> selection) {
    boolean one = !selection.name().isEmpty() && namespaced != selection.namespace().isEmpty();
    if (one) {
      return OBJECT + selection.prefix() + selection.name();
    }
    return selection.indexed() == null ? ALL : FIELD + selection.indexed();
  }
}
