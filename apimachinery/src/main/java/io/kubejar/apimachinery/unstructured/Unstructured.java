package io.kubejar.apimachinery.unstructured;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.LinkedHashMap;

/// An object of any kind: its metadata as a record, everything else as a tree.
///
/// @param content all fields except apiVersion, kind and metadata, such as `spec` and `status`
public record Unstructured(String apiVersion, String kind, ObjectMeta metadata, JsonObject content)
    implements KubernetesObject {

  public Unstructured {
    content = content.without("apiVersion").without("kind").without("metadata");
  }

  /// Takes a whole object apart.
  ///
  /// @throws io.kubejar.apimachinery.json.JsonFormatException if its metadata is no object's
  public static Unstructured of(JsonObject tree) {
    var metadata = tree.get("metadata");
    return new Unstructured(
        tree.text("apiVersion"),
        tree.text("kind"),
        metadata == null ? ObjectMeta.EMPTY : ObjectMeta.CODEC.fromTree(metadata),
        tree);
  }

  /// A new object that has nothing but a name.
  public static Unstructured named(GroupVersionKind kind, String namespace, String name) {
    var metadata = ObjectMeta.EMPTY.withNamespace(namespace).withName(name);
    return new Unstructured(kind.apiVersion(), kind.kind(), metadata, JsonObject.EMPTY);
  }

  /// The whole object.
  public JsonObject tree() {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("apiVersion", new JsonString(apiVersion));
    fields.put("kind", new JsonString(kind));
    fields.put("metadata", ObjectMeta.CODEC.toTree(metadata));
    fields.putAll(content.fields());
    return new JsonObject(fields);
  }

  @Override
  public Unstructured withMetadata(ObjectMeta changed) {
    return new Unstructured(apiVersion, kind, changed, content);
  }

  public Unstructured withContent(JsonObject changed) {
    return new Unstructured(apiVersion, kind, metadata, changed);
  }

  /// The same object as of another version; its fields stay what they are.
  public Unstructured withApiVersion(String changed) {
    return new Unstructured(changed, kind, metadata, content);
  }
}
