package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredCodec;

/// Reads what clients send of one version: fields that its schema does not know are dropped and,
/// where the client wants to hear it, told.
record CustomCodec(UnstructuredCodec plain, VersionSchema schema) implements Codec<Unstructured> {

  @Override
  public Unstructured readJson(JsonReader in) {
    return Unstructured.of(
        schema.received(plain.readTree(in), path -> in.tell("unknown field \"" + path + "\"")));
  }

  @Override
  public void writeJson(Unstructured value, JsonWriter out) {
    plain.writeJson(value, out);
  }

  @Override
  public Unstructured readProtobuf(ProtobufReader in) {
    return plain.readProtobuf(in);
  }

  @Override
  public void writeProtobuf(Unstructured value, ProtobufWriter out) {
    plain.writeProtobuf(value, out);
  }

  @Override
  public boolean typed() {
    return false;
  }

  @Override
  public String typeName() {
    return plain.typeName();
  }
}
