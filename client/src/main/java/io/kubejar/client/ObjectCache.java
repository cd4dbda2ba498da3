package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Objects by key, with indexes. Many may read while one writes.
final class ObjectCache<T extends KubernetesObject> {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<ObjectKey, T> objects = new LinkedHashMap<>();
  private final Map<String, Index<T>> indexes = new HashMap<>();

  ObjectCache() {
    addIndex(Informer.BY_NAMESPACE, object -> List.of(object.metadata().namespace()));
    addIndex(
        Informer.BY_OWNER,
        object -> object.metadata().ownerReferences().stream().map(OwnerReference::uid).toList());
    addIndex(
        Informer.UNCONTROLLED,
        object -> isControlled(object) ? List.of() : List.of(object.metadata().namespace()));
  }

  private static boolean isControlled(KubernetesObject object) {
    return object.metadata().ownerReferences().stream()
        .anyMatch(reference -> Boolean.TRUE.equals(reference.controller()));
  }

  void addIndex(String name, Function<T, Collection<String>> values) {
    lock.writeLock().lock();
    try {
      if (indexes.containsKey(name)) {
        return;
      }
      var index = new Index<>(values);
      objects.forEach(index::put);
      indexes.put(name, index);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// Puts the object in and returns the one it replaces.
  @Nullable T put(T object) {
    var key = ObjectKey.of(object);
    lock.writeLock().lock();
    try {
      var before = objects.put(key, object);
      for (var index : indexes.values()) {
        if (before != null) {
          index.remove(key, before);
        }
        index.put(key, object);
      }
      return before;
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Nullable T remove(ObjectKey key) {
    lock.writeLock().lock();
    try {
      var before = objects.remove(key);
      if (before != null) {
        indexes.values().forEach(index -> index.remove(key, before));
      }
      return before;
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Nullable T get(ObjectKey key) {
    lock.readLock().lock();
    try {
      return objects.get(key);
    } finally {
      lock.readLock().unlock();
    }
  }

  List<T> list() {
    lock.readLock().lock();
    try {
      return List.copyOf(objects.values());
    } finally {
      lock.readLock().unlock();
    }
  }

  Set<ObjectKey> keys() {
    lock.readLock().lock();
    try {
      return Set.copyOf(objects.keySet());
    } finally {
      lock.readLock().unlock();
    }
  }

  List<T> byIndex(String name, String value) {
    lock.readLock().lock();
    try {
      var index = indexes.get(name);
      if (index == null) {
        throw new IllegalArgumentException("no such index: " + name);
      }
      return index.get(value);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Which objects have which value. Guarded by the lock of the cache.
  private static final class Index<T> {
    private final Function<T, Collection<String>> values;
    private final Map<String, Map<ObjectKey, T>> entries = new HashMap<>();

    Index(Function<T, Collection<String>> values) {
      this.values = values;
    }

    void put(ObjectKey key, T object) {
      for (var value : values.apply(object)) {
        entries.computeIfAbsent(value, _ -> new LinkedHashMap<>()).put(key, object);
      }
    }

    void remove(ObjectKey key, T object) {
      for (var value : values.apply(object)) {
        var bucket = entries.get(value);
        if (bucket != null) {
          bucket.remove(key);
          if (bucket.isEmpty()) {
            entries.remove(value);
          }
        }
      }
    }

    List<T> get(String value) {
      var bucket = entries.get(value);
      return bucket == null ? List.of() : new ArrayList<>(bucket.values());
    }
  }
}
