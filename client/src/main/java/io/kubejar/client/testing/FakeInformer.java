package io.kubejar.client.testing;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// An informer that a test fills by hand.
public final class FakeInformer<T extends KubernetesObject> implements Informer<T> {
  private boolean synced = true;
  private final Map<ObjectKey, T> objects = new LinkedHashMap<>();
  private final Map<String, Function<T, Collection<String>>> indexes = new HashMap<>();
  private final List<InformerHandler<T>> handlers = new ArrayList<>();

  public void put(T object) {
    var before = objects.put(ObjectKey.of(object), object);
    for (var handler : handlers) {
      if (before == null) {
        handler.onAdd(object);
      } else {
        handler.onUpdate(before, object);
      }
    }
  }

  public void remove(ObjectKey key) {
    var gone = objects.remove(key);
    if (gone != null) {
      handlers.forEach(handler -> handler.onDelete(gone));
    }
  }

  public void setSynced(boolean synced) {
    this.synced = synced;
  }

  @Override
  public boolean synced() {
    return synced;
  }

  @Override
  public void onSynced(Runnable action) {
    action.run();
  }

  @Override
  public List<T> list() {
    return List.copyOf(objects.values());
  }

  @Override
  public Optional<T> find(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  @Override
  public List<T> byIndex(String index, String value) {
    return objects.values().stream()
        .filter(object -> indexes.getOrDefault(index, _ -> List.of()).apply(object).contains(value))
        .toList();
  }

  @Override
  public void addIndex(String index, Function<T, Collection<String>> values) {
    indexes.put(index, values);
  }

  @Override
  public void addHandler(InformerHandler<T> handler) {
    handlers.add(handler);
    objects.values().forEach(handler::onAdd);
  }
}
