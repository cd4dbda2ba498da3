package io.kubejar.apiserver.subresources;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// All actions, by resource and subresource.
public final class Actions {
  private record Name(GroupResource resource, String subresource) {}

  private final Map<Name, Action<?>> actions = new ConcurrentHashMap<>();

  public <B extends KubernetesObject> void add(
      ResourceType<?> type, String subresource, Action<B> action) {
    actions.put(new Name(type.groupResource(), subresource), action);
  }

  public Optional<Action<?>> find(ResourceType<?> type, String subresource) {
    return Optional.ofNullable(actions.get(new Name(type.groupResource(), subresource)));
  }
}
