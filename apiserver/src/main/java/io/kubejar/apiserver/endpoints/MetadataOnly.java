package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.PartialObjectMetadata;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.cache.Stored;
import java.util.LinkedHashMap;

/// Objects of which only the metadata is told.
final class MetadataOnly {
  static final String API_VERSION = "meta.k8s.io/v1";
  static final String KIND = "PartialObjectMetadata";
  static final String LIST_KIND = "PartialObjectMetadataList";

  private MetadataOnly() {}

  static JsonObject tree(KubernetesObject object) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("kind", new JsonString(KIND));
    fields.put("apiVersion", new JsonString(API_VERSION));
    fields.put("metadata", ObjectMeta.CODEC.toTree(object.metadata()));
    return new JsonObject(fields);
  }

  static byte[] json(Stored<?> stored) {
    return stored.encoded("metadata", object -> JsonPrinter.printUtf8(tree(object)));
  }

  static byte[] envelope(Stored<?> stored) {
    return stored.encoded(
        "metadata protobuf",
        object ->
            ProtobufEnvelope.write(
                API_VERSION,
                KIND,
                PartialObjectMetadata.EMPTY.withMetadata(object.metadata()),
                PartialObjectMetadata.CODEC));
  }
}
