package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import java.util.function.Consumer;

/// Told of every change that an [Informer] sees.
public interface InformerHandler<T extends KubernetesObject> {

  void onAdd(T object);

  void onUpdate(T before, T now);

  /// The last state known. If the deletion itself was missed, that may be an old one.
  void onDelete(T object);

  /// A handler that passes the key of whatever changed.
  static <T extends KubernetesObject> InformerHandler<T> keys(Consumer<ObjectKey> keys) {
    return changes(object -> keys.accept(ObjectKey.of(object)));
  }

  /// A handler that passes whatever changed, in its latest state.
  static <T extends KubernetesObject> InformerHandler<T> changes(Consumer<T> changed) {
    return new InformerHandler<>() {
      @Override
      public void onAdd(T object) {
        changed.accept(object);
      }

      @Override
      public void onUpdate(T before, T now) {
        changed.accept(now);
      }

      @Override
      public void onDelete(T object) {
        changed.accept(object);
      }
    };
  }
}
