package io.kubejar.apimachinery.meta.v1;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.RawJsonCodec;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;

/// The set of fields that a manager owns, as a JSON tree of `f:`, `k:`, `v:` and `i:` steps.
public record FieldsV1(Bytes raw) {
  public static final FieldsV1 EMPTY = new FieldsV1(Bytes.EMPTY);
  public static final Codec<FieldsV1> CODEC = new RawJsonCodec<>(FieldsV1::new, FieldsV1::raw);

  public static FieldsV1 of(JsonValue json) {
    return new FieldsV1(Bytes.wrap(JsonPrinter.printUtf8(json)));
  }

  public JsonValue json() {
    return raw.isEmpty() ? JsonObject.EMPTY : JsonParser.parse(raw.toArray());
  }
}
