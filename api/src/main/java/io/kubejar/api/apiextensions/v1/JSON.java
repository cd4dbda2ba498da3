package io.kubejar.api.apiextensions.v1;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.RawJsonCodec;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;

/// Any JSON value within a schema, such as a default.
///
/// @param raw compact JSON text; empty if there is none
public record JSON(Bytes raw) {
  public static final JSON EMPTY = new JSON(Bytes.EMPTY);
  public static final Codec<JSON> CODEC = new RawJsonCodec<>(JSON::new, JSON::raw);

  public static JSON of(JsonValue json) {
    return new JSON(Bytes.wrap(JsonPrinter.printUtf8(json)));
  }

  public JsonValue json() {
    return raw.isEmpty() ? JsonNull.NULL : JsonParser.parse(raw.toArray());
  }
}
