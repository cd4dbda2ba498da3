package io.kubejar.apiserver.registry;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.cache.CacheFeed;
import io.kubejar.storage.Value;

/// Objects as they are stored: built-in kinds in upstream's protobuf envelope, custom resources as
/// JSON; both without resourceVersion, which is the entry's revision.
public interface StoredForm<T extends KubernetesObject> extends CacheFeed.Decoder<T> {
  Value encode(T object);

  /// What objects say they are when they are stored.
  GroupVersionKind storedAs();

  /// Stored in the version it is served in.
  record Direct<T extends KubernetesObject>(ResourceType<T> type) implements StoredForm<T> {
    @Override
    public GroupVersionKind storedAs() {
      return type.gvk();
    }

    @Override
    public Value encode(T object) {
      return Value.wrap(ProtobufEnvelope.write(withRevision(object, ""), type.codec()));
    }

    /// Reads what is stored, be it protobuf or, as very old clusters have it, JSON.
    @Override
    public T decode(Value value, long revision) {
      var bytes = value.array();
      var object =
          ProtobufEnvelope.isOne(bytes)
              ? ProtobufEnvelope.read(bytes).decode(type.codec())
              : type.codec().fromJson(bytes);
      return withRevision(object, Long.toString(revision));
    }
  }

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  static <T extends KubernetesObject> T withRevision(T object, String revision) {
    return (T) object.withMetadata(object.metadata().withResourceVersion(revision));
  }
}
