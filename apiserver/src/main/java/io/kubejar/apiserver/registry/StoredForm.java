package io.kubejar.apiserver.registry;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.storage.Value;

/// Objects as they are stored: upstream's protobuf envelope, without resourceVersion, which is the
/// entry's revision.
record StoredForm<T extends KubernetesObject>(ResourceType<T> type) {

  Value encode(T object) {
    return Value.wrap(ProtobufEnvelope.write(withRevision(object, ""), type.codec()));
  }

  /// Reads what is stored, be it protobuf or, as very old clusters and custom resources have it,
  /// JSON.
  T decode(Value value, long revision) {
    var bytes = value.array();
    var object =
        ProtobufEnvelope.isOne(bytes)
            ? ProtobufEnvelope.read(bytes).decode(type.codec())
            : type.codec().fromJson(bytes);
    return withRevision(object, Long.toString(revision));
  }

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  static <T extends KubernetesObject> T withRevision(T object, String revision) {
    return (T) object.withMetadata(object.metadata().withResourceVersion(revision));
  }
}
