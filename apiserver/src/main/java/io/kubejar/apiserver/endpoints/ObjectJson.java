package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.cache.Stored;
import java.nio.charset.StandardCharsets;

/// The bytes of stored objects, kept with them: the part that is the same in lists, watches and
/// single answers.
final class ObjectJson {
  private static final byte[] OPENING = {'{'};
  private static final String BARE_JSON = "json";
  private static final String ENVELOPE = "protobuf";
  private static final String MESSAGE = "message";

  private ObjectJson() {}

  /// The object as it stands in a list: without apiVersion and kind if its type is known.
  static <T extends KubernetesObject> byte[] bare(ResourceType<T> type, Stored<T> stored) {
    return stored.encoded(BARE_JSON, object -> bare(type.codec(), object));
  }

  static <T> byte[] bare(Codec<T> codec, T object) {
    var out = JsonWriter.toBytes();
    out.omitNextTypeMeta();
    codec.writeJson(object, out);
    return out.bytes();
  }

  /// What stands before the bare object to make it a whole one; the bare one's brace is left out.
  static byte[] head(ResourceType<?> type) {
    if (!type.codec().typed()) {
      return OPENING; // Such objects say it themselves.
    }
    var head =
        "{\"kind\":\""
            + type.gvk().kind()
            + "\",\"apiVersion\":\""
            + type.gvk().apiVersion()
            + "\",";
    return head.getBytes(StandardCharsets.UTF_8);
  }

  static <T extends KubernetesObject> byte[] envelope(ResourceType<T> type, Stored<T> stored) {
    return stored.encoded(ENVELOPE, object -> ProtobufEnvelope.write(object, type.codec()));
  }

  static <T extends KubernetesObject> byte[] message(ResourceType<T> type, Stored<T> stored) {
    return stored.encoded(MESSAGE, type.codec()::toProtobuf);
  }
}
