package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import java.util.function.Function;

/// A field by which a cache finds objects and watchers without looking at all of them.
///
/// @param field such as `spec.nodeName`
public record FieldIndex<T extends KubernetesObject>(String field, Function<T, String> value) {
  /// What upstream's metrics call it.
  String name() {
    return "f:" + field;
  }
}
