package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apiserver.cache.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list.
///
/// @param continueToken asks for the next page; empty at the end
/// @param remaining how many objects follow, if that is known
public record Listed<T extends KubernetesObject>(
    List<Stored<T>> objects,
    String resourceVersion,
    String continueToken,
    @Nullable Long remaining) {

  /// The page as clients know it.
  public ObjectList<T> toList() {
    var items = objects.stream().map(Stored::object).toList();
    return new ObjectList<>(resourceVersion, continueToken, remaining, items);
  }
}
