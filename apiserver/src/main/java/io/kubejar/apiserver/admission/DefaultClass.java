package io.kubejar.apiserver.admission;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the class that objects get which name none.
public final class DefaultClass {
  private static final Comparator<ObjectMeta> OLDEST_FIRST =
      Comparator.comparing(
          ObjectMeta::creationTimestamp, Comparator.nullsFirst(Comparator.naturalOrder()));

  private DefaultClass() {}

  /// The newest of those with one of these annotations; of two of the same time the first by name.
  public static <T extends KubernetesObject> Optional<String> of(
      Registry<T> classes, String... annotations) {
    return classes.cache().list(Selection.all()).objects().stream()
        .map(Stored::object)
        .map(KubernetesObject::metadata)
        .filter(
            it -> Stream.of(annotations).anyMatch(key -> "true".equals(it.annotations().get(key))))
        .max(OLDEST_FIRST.thenComparing(ObjectMeta::name, Comparator.reverseOrder()))
        .map(ObjectMeta::name);
  }
}
