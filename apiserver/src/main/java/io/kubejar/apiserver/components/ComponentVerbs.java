package io.kubejar.apiserver.components;

import io.kubejar.api.core.v1.ComponentStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.Registry.Written;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.apiserver.verbs.Listed;
import io.kubejar.apiserver.verbs.PatchRequest;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Selections;
import io.kubejar.apiserver.verbs.Watching;
import java.util.List;
import java.util.Optional;

/// The verbs of `componentstatuses`: they can be read, each time anew.
public final class ComponentVerbs implements ResourceVerbs<ComponentStatus> {
  private final Components components;
  private final Strategy<ComponentStatus> strategy = new Strategy<>(ComponentStatus.RESOURCE);

  public ComponentVerbs(Components components) {
    this.components = components;
  }

  @Override
  public ResourceType<ComponentStatus> type() {
    return ComponentStatus.RESOURCE;
  }

  @Override
  public Optional<Registry<?>> storage() {
    return Optional.empty();
  }

  @Override
  public KubernetesObject toStored(ComponentStatus object) {
    return object;
  }

  @Override
  public ComponentStatus fromStored(KubernetesObject object, Registry<?> origin) {
    return type().type().cast(object);
  }

  @Override
  public Strategy<ComponentStatus> strategy() {
    return strategy;
  }

  @Override
  public ComponentStatus defaulted(ComponentStatus object) {
    return object;
  }

  @Override
  public boolean returnsDeleted() {
    return false;
  }

  @Override
  public Stored<ComponentStatus> get(ObjectKey key, String resourceVersion) {
    return components
        .find(key.name())
        .map(status -> new Stored<>(key.name(), status, 0))
        .orElseThrow(() -> ApiException.notFound(type().groupResource(), key.name()));
  }

  @Override
  public Listed<ComponentStatus> list(ReadOptions options) {
    var selection = Selections.of(strategy, type(), options);
    var chosen =
        components.all().stream()
            .filter(selection::includes)
            .map(status -> new Stored<>(status.metadata().name(), status, 0))
            .toList();
    return new Listed<>(chosen, "", "", null);
  }

  @Override
  public ObjectWatch<ComponentStatus> watch(ReadOptions options, Watching watching) {
    throw notAllowed("watch");
  }

  @Override
  public ComponentStatus create(Call call, String namespace, ComponentStatus object) {
    throw notAllowed("create");
  }

  @Override
  public Written<ComponentStatus> update(
      Call call, ObjectKey key, String subresource, ComponentStatus object) {
    throw notAllowed("update");
  }

  @Override
  public Written<ComponentStatus> modify(
      Call call, ObjectKey key, String subresource, Modification<ComponentStatus> change) {
    throw notAllowed("update");
  }

  @Override
  public Written<ComponentStatus> patch(
      Call call, ObjectKey key, String subresource, PatchRequest patch) {
    throw notAllowed("patch");
  }

  @Override
  public Written<ComponentStatus> delete(Call call, ObjectKey key, DeleteOptions options) {
    throw notAllowed("delete");
  }

  @Override
  public List<ComponentStatus> deleteCollection(
      Call call, ReadOptions selection, DeleteOptions options) {
    throw notAllowed("deletecollection");
  }

  private ApiException notAllowed(String verb) {
    return ApiException.methodNotAllowed(type().groupResource(), verb);
  }
}
