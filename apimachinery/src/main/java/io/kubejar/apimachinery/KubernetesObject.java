package io.kubejar.apimachinery;

import io.kubejar.apimachinery.meta.v1.ObjectMeta;

/// An object with identity: something the API server can store under a key.
public interface KubernetesObject {

  /// The group and version it is written in, such as `v1` or `apps/v1`.
  String apiVersion();

  String kind();

  ObjectMeta metadata();

  /// The same object with other metadata.
  KubernetesObject withMetadata(ObjectMeta metadata);
}
