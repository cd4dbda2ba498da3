package io.kubejar.apimachinery.unstructured;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.protobuf.ProtobufFormatException;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;

/// Reads and writes objects of one kind as JSON. There is no protobuf without a schema.
///
/// @param kind what an object is that does not say so itself, as items of typed lists do not
public record UnstructuredCodec(GroupVersionKind kind) implements Codec<Unstructured> {

  @Override
  public Unstructured readJson(JsonReader in) {
    return Unstructured.of(readTree(in));
  }

  /// The tree of what a client sends, with apiVersion and kind filled in.
  ///
  /// @throws JsonFormatException if it is no object, or has a number that nobody can hold
  public JsonObject readTree(JsonReader in) {
    if (!(in.value() instanceof JsonObject tree)) {
      throw new JsonFormatException("Object 'Kind' is missing");
    }
    return withTypeMeta(HeldNumbers.of(tree));
  }

  /// The tree of an object with apiVersion and kind filled in.
  public JsonObject withTypeMeta(JsonObject tree) {
    var named = tree.text("kind").isEmpty() ? tree.with("kind", new JsonString(kind.kind())) : tree;
    return named.text("apiVersion").isEmpty()
        ? named.with("apiVersion", new JsonString(kind.apiVersion()))
        : named;
  }

  /// Objects say what they are even within lists.
  @Override
  public void writeJson(Unstructured value, JsonWriter out) {
    out.beginObject();
    out.ownTypeMeta(value.apiVersion(), value.kind());
    out.name("metadata");
    ObjectMeta.CODEC.writeJson(value.metadata(), out);
    value
        .content()
        .fields()
        .forEach(
            (name, field) -> {
              out.name(name);
              out.value(field);
            });
    out.endObject();
  }

  @Override
  public Unstructured readProtobuf(ProtobufReader in) {
    throw new ProtobufFormatException("proto: no schema of " + kind);
  }

  @Override
  public void writeProtobuf(Unstructured value, ProtobufWriter out) {
    throw new UnsupportedOperationException("no protobuf of " + kind);
  }

  @Override
  public boolean typed() {
    return false;
  }

  @Override
  public String typeName() {
    return "unstructured.Unstructured";
  }
}
