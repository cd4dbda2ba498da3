package io.kubejar.apimachinery.json;

/// Where a [JsonWriter] puts its tokens.
sealed interface JsonSink permits JsonBytes, JsonTree {
  void beginObject();

  void endObject();

  void beginArray();

  void endArray();

  void name(String name);

  void string(String value);

  /// @param text a number in JSON's grammar
  void number(String text);

  void bool(boolean value);

  void nullValue();

  void raw(byte[] json);

  void value(JsonValue value);
}
