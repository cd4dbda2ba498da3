package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// All stored resources that this server serves, in all their versions. They come and go while it
/// runs.
///
/// What is served at one moment is a [Served], which never changes; a change puts another one in
/// its place. So a request that has found its resource keeps it to its end, and whoever derives
/// something from all resources, such as discovery, sees either what was or what is.
public final class Resources {
  private final ReentrantLock changing = new ReentrantLock();
  private volatile Served served = new Served(0, Map.of());

  /// What is served at one moment.
  ///
  /// @param generation grows with every change
  public record Served(long generation, Map<GroupVersionResource, ResourceVerbs<?>> byName) {
    public Served {
      byName = Collections.unmodifiableMap(byName);
    }

    public Optional<ResourceVerbs<?>> find(GroupVersionResource name) {
      return Optional.ofNullable(byName.get(name));
    }

    public Collection<ResourceVerbs<?>> all() {
      return byName.values();
    }
  }

  /// What is served now.
  public Served served() {
    return served;
  }

  /// Adds a resource.
  public void add(ResourceVerbs<?> resource) {
    replace(_ -> false, List.of(resource));
  }

  /// Takes away all versions of a resource that are chosen, and puts others in their place, at
  /// once.
  public void replace(Predicate<ResourceVerbs<?>> gone, List<ResourceVerbs<?>> added) {
    changing.lock();
    try {
      var changed = new LinkedHashMap<>(served.byName);
      changed.values().removeIf(gone);
      added.forEach(resource -> changed.put(resource.type().gvr(), resource));
      served = new Served(served.generation + 1, changed);
    } finally {
      changing.unlock();
    }
  }

  public Optional<ResourceVerbs<?>> find(GroupVersionResource name) {
    return served.find(name);
  }

  /// The verbs of a resource.
  ///
  /// @throws ApiException 404 if it is not served, or not any more
  @SuppressWarnings("unchecked") // A resource has the type it is named after.
  public <T extends KubernetesObject> ResourceVerbs<T> of(ResourceType<T> type) {
    var found = served.byName.get(type.gvr());
    if (found == null) {
      throw unknown(type.groupResource());
    }
    if (found.type().type() != type.type()) {
      throw new IllegalArgumentException(type.gvr() + " is served as " + found.type().type());
    }
    return (ResourceVerbs<T>) found;
  }

  /// The verbs of a resource in the version it is stored in.
  public <T extends KubernetesObject> StoredVerbs<T> stored(ResourceType<T> type) {
    if (of(type) instanceof StoredVerbs<T> stored) {
      return stored;
    }
    throw new IllegalArgumentException("stored in another version: " + type.gvr());
  }

  private static ApiException unknown(GroupResource resource) {
    return ApiException.fromAnswer(404, "GET", resource, "", "404 page not found");
  }

  public Collection<ResourceVerbs<?>> all() {
    return served.all();
  }

  /// How many objects there are of each resource, as the caches know them.
  public Map<GroupResource, Integer> counts() {
    var counts = new LinkedHashMap<GroupResource, Integer>();
    for (var resource : all()) {
      var name = resource.type().groupResource();
      resource.storage().ifPresent(storage -> counts.put(name, storage.cache().size()));
    }
    return counts;
  }
}
