package io.kubejar.apiserver.conversion;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.ArrayList;
import java.util.List;

/// How objects of a served version and of the stored one become each other.
///
/// A conversion loses nothing: what the other version has no field for travels in annotations, or
/// the version has no business being served. It may ask a program elsewhere, and waits for it.
public interface Conversion<V extends KubernetesObject, T extends KubernetesObject> {
  /// The version that clients see.
  ResourceType<V> served();

  /// The version that is stored.
  ResourceType<T> stored();

  T toStored(V object) throws InterruptedException;

  V toServed(T object) throws InterruptedException;

  /// Many objects at once, for conversions that pay per call.
  default List<V> toServed(List<T> objects) throws InterruptedException {
    var converted = new ArrayList<V>(objects.size());
    for (var object : objects) {
      converted.add(toServed(object));
    }
    return converted;
  }

  /// The conversion of the stored version, which has nothing to do.
  static <T extends KubernetesObject> Conversion<T, T> none(ResourceType<T> type) {
    return new NoConversion<>(type);
  }
}
