package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which objects of a resource a list or watch is about.
///
/// @param namespace the namespace; empty means all, or a resource without namespaces
/// @param name the only name of interest; empty means all
/// @param matches label and field selector
/// @param selective whether the predicate can leave anything out
/// @param indexed the only value of interest of the field that the cache has an index of; null if
///   all are
public record Selection<T extends KubernetesObject>(
    String namespace,
    String name,
    Predicate<T> matches,
    boolean selective,
    @Nullable String indexed) {

  public Selection(String namespace, String name, Predicate<T> matches, boolean selective) {
    this(namespace, name, matches, selective, null);
  }

  public static <T extends KubernetesObject> Selection<T> all() {
    return new Selection<>("", "", _ -> true, false);
  }

  public static <T extends KubernetesObject> Selection<T> namespace(String namespace) {
    return new Selection<>(namespace, "", _ -> true, false);
  }

  /// Whether this object is of interest.
  public boolean includes(T object) {
    var metadata = object.metadata();
    return (namespace.isEmpty() || namespace.equals(metadata.namespace()))
        && (name.isEmpty() || name.equals(metadata.name()))
        && matches.test(object);
  }

  /// How all paths of interest begin.
  String prefix() {
    return namespace.isEmpty() ? "" : namespace + "/";
  }
}
