package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.meta.v1.ListMeta;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.util.List;

/// Writes a list whose items are encoded already.
record ProtobufListCodec(ListMeta metadata) implements Codec<List<byte[]>> {
  @Override
  public void writeProtobuf(List<byte[]> items, ProtobufWriter out) {
    for (var item : items.reversed()) {
      out.bytes(2, Bytes.wrap(item)); // A message and a byte string look the same.
    }
    out.message(1, metadata, ListMeta.CODEC);
  }

  @Override
  public void writeJson(List<byte[]> items, JsonWriter out) {
    throw new UnsupportedOperationException("protobuf only");
  }

  @Override
  public List<byte[]> readJson(JsonReader in) {
    throw new UnsupportedOperationException("for writing only");
  }

  @Override
  public List<byte[]> readProtobuf(ProtobufReader in) {
    throw new UnsupportedOperationException("for writing only");
  }
}
