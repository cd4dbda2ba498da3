package io.kubejar.controllers.garbage;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;

/// An object to look at.
record Item<T extends KubernetesObject>(ResourceType<T> type, ObjectKey key) {
  @Override
  public String toString() {
    return type + " " + key;
  }
}
