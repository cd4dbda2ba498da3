package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// All stored resources that this server serves.
public final class Resources {
  private final Map<GroupVersionResource, ResourceVerbs<?>> byName = new LinkedHashMap<>();

  /// Adds a resource. Before the server starts.
  public void add(ResourceVerbs<?> resource) {
    byName.put(resource.type().gvr(), resource);
  }

  public Optional<ResourceVerbs<?>> find(GroupVersionResource name) {
    return Optional.ofNullable(byName.get(name));
  }

  /// The verbs of a resource that is known to be served.
  @SuppressWarnings("unchecked") // A resource has the type it is named after.
  public <T extends KubernetesObject> ResourceVerbs<T> of(ResourceType<T> type) {
    var found = byName.get(type.gvr());
    if (found == null) {
      throw new IllegalArgumentException("not served: " + type.gvr());
    }
    return (ResourceVerbs<T>) found;
  }

  public Collection<ResourceVerbs<?>> all() {
    return Collections.unmodifiableCollection(byName.values());
  }
}
