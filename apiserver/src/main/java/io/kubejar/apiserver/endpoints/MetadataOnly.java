package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
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
}
