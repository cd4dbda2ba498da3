package io.kubejar.client;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.VersionPriority;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The custom resources that are served now, each in the version that clients should prefer, for
/// components that work on objects of any kind.
public final class CustomKinds {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, ResourceType<Unstructured>> byDefinition = new LinkedHashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final Informer<CustomResourceDefinition> definitions;

  /// Told when kinds come and go. Called by one thread at a time, which it must not hold up.
  public interface Listener {
    void onServed(ResourceType<Unstructured> type);

    void onGone(ResourceType<Unstructured> type);
  }

  private CustomKinds(Informer<CustomResourceDefinition> definitions) {
    this.definitions = definitions;
  }

  /// Follows the definitions that the informers show.
  public static CustomKinds of(Informers informers) {
    var kinds = new CustomKinds(informers.informer(CustomResourceDefinition.RESOURCE));
    kinds.definitions.addHandler(kinds.new Definitions());
    return kinds;
  }

  /// Whether all definitions are known.
  public boolean synced() {
    return definitions.synced();
  }

  /// Remembers whom to tell when all definitions are known.
  public void onSynced(Runnable action) {
    definitions.onSynced(action);
  }

  public List<ResourceType<Unstructured>> all() {
    lock.lock();
    try {
      return List.copyOf(byDefinition.values());
    } finally {
      lock.unlock();
    }
  }

  /// The resource of a kind, whichever of its versions is named.
  public Optional<ResourceType<Unstructured>> find(String group, String kind) {
    return all().stream()
        .filter(type -> type.gvk().group().equals(group) && type.gvk().kind().equals(kind))
        .findFirst();
  }

  /// Adds a listener; it is told of everything that is there already.
  public void listen(Listener listener) {
    lock.lock();
    try {
      listeners.add(listener);
      byDefinition.values().forEach(listener::onServed);
    } finally {
      lock.unlock();
    }
  }

  private void change(String definition, Optional<ResourceType<Unstructured>> now) {
    lock.lock();
    try {
      var before = Optional.ofNullable(byDefinition.get(definition));
      if (before.equals(now)) {
        return;
      }
      byDefinition.remove(definition);
      before.ifPresent(type -> listeners.forEach(listener -> listener.onGone(type)));
      if (now.isPresent()) {
        byDefinition.put(definition, now.get());
        listeners.forEach(listener -> listener.onServed(now.get()));
      }
    } finally {
      lock.unlock();
    }
  }

  /// The resource of a definition; empty as long as it is not established.
  public static Optional<ResourceType<Unstructured>> typeOf(CustomResourceDefinition definition) {
    boolean established =
        definition.status().conditions().stream()
            .anyMatch(
                condition ->
                    condition.type().equals("Established") && condition.status().equals("True"));
    if (!established) {
      return Optional.empty();
    }
    var spec = definition.spec();
    var names = definition.status().acceptedNames();
    return spec.versions().stream()
        .filter(CustomResourceDefinitionVersion::served)
        .map(CustomResourceDefinitionVersion::name)
        .min(VersionPriority.PREFERRED_FIRST)
        .map(version -> new GroupVersionKind(spec.group(), version, names.kind()))
        .map(kind -> UnstructuredTypes.of(kind, names.plural(), spec.scope().equals("Namespaced")));
  }

  private final class Definitions implements InformerHandler<CustomResourceDefinition> {
    @Override
    public void onAdd(CustomResourceDefinition definition) {
      change(definition.metadata().name(), typeOf(definition));
    }

    @Override
    public void onUpdate(CustomResourceDefinition before, CustomResourceDefinition now) {
      change(now.metadata().name(), typeOf(now));
    }

    @Override
    public void onDelete(CustomResourceDefinition definition) {
      change(definition.metadata().name(), Optional.empty());
    }
  }
}
