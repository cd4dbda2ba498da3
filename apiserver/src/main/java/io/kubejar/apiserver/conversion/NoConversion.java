package io.kubejar.apiserver.conversion;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;

/// Serves what is stored.
record NoConversion<T extends KubernetesObject>(ResourceType<T> stored)
    implements Conversion<T, T> {
  @Override
  public ResourceType<T> served() {
    return stored;
  }

  @Override
  public T toStored(T object) {
    return object;
  }

  @Override
  public T toServed(T object) {
    return object;
  }
}
