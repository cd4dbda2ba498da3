package io.kubejar.apimachinery;

/// The place of an object within its resource.
///
/// @param namespace empty for what belongs to the whole cluster
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

  public static ObjectKey of(KubernetesObject object) {
    return new ObjectKey(object.metadata().namespace(), object.metadata().name());
  }

  public static ObjectKey clusterScoped(String name) {
    return new ObjectKey("", name);
  }

  /// Reads what [#toString] wrote.
  public static ObjectKey parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? clusterScoped(text)
        : new ObjectKey(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public int compareTo(ObjectKey other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  /// `namespace/name`, or `name` alone.
  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
