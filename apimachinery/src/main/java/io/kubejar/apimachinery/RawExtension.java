package io.kubejar.apimachinery;

import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;

/// An object of a type that is not known here, kept as it was written.
///
/// @param raw JSON, or the protobuf envelope; empty if there is none
public record RawExtension(Bytes raw) {
  public static final RawExtension EMPTY = new RawExtension(Bytes.EMPTY);
  public static final Codec<RawExtension> CODEC =
      new RawJsonCodec<>(RawExtension::new, RawExtension::raw);

  public static RawExtension of(JsonValue json) {
    return new RawExtension(Bytes.wrap(JsonPrinter.printUtf8(json)));
  }

  public static <T> RawExtension of(T value, Codec<T> codec) {
    return new RawExtension(Bytes.wrap(codec.toJson(value)));
  }

  public boolean isEmpty() {
    return raw.isEmpty();
  }

  /// The tree of what is inside; JSON null if there is nothing.
  ///
  /// @throws io.kubejar.apimachinery.json.JsonFormatException if it is not JSON
  public JsonValue json() {
    return raw.isEmpty() ? JsonNull.NULL : JsonParser.parse(raw.toArray());
  }
}
