package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.cache.Stored;
import java.nio.charset.StandardCharsets;

/// The bytes of stored objects, kept with them: the same for lists, watches and single answers.
final class ObjectJson {
  private static final String WHOLE = "json";
  private static final String ENVELOPE = "protobuf";
  private static final String MESSAGE = "message";

  private ObjectJson() {}

  /// The object with its apiVersion and kind.
  static <T extends KubernetesObject> byte[] whole(ResourceType<T> type, Stored<T> stored) {
    return stored.encoded(WHOLE, type.codec()::toJson);
  }

  /// How many bytes at the beginning of a whole object are left out where it stands in a list: its
  /// kind and apiVersion, if its type is known. An opening brace takes their place.
  static int headBytes(ResourceType<?> type) {
    if (!type.codec().typed()) {
      return 1; // Such objects say it in lists, too.
    }
    var gvk = type.gvk();
    var head = "{\"kind\":\"" + gvk.kind() + "\",\"apiVersion\":\"" + gvk.apiVersion() + "\",";
    return head.getBytes(StandardCharsets.UTF_8).length;
  }

  static <T extends KubernetesObject> byte[] envelope(ResourceType<T> type, Stored<T> stored) {
    return stored.encoded(ENVELOPE, object -> ProtobufEnvelope.write(object, type.codec()));
  }

  static <T extends KubernetesObject> byte[] message(ResourceType<T> type, Stored<T> stored) {
    return stored.encoded(MESSAGE, type.codec()::toProtobuf);
  }
}
