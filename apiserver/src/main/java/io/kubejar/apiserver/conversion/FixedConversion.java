package io.kubejar.apiserver.conversion;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.function.Function;

/// A conversion between two built-in versions, by two functions.
record FixedConversion<V extends KubernetesObject, T extends KubernetesObject>(
    ResourceType<V> served, ResourceType<T> stored, Function<V, T> storing, Function<T, V> serving)
    implements Conversion<V, T> {
  @Override
  public T toStored(V object) {
    return storing.apply(object);
  }

  @Override
  public V toServed(T object) {
    return serving.apply(object);
  }
}
