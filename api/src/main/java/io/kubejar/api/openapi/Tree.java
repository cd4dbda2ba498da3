package io.kubejar.api.openapi;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An object of a document while it is put together.
final class Tree {
  private final Map<String, JsonValue> fields = new LinkedHashMap<>();

  Tree() {}

  Tree(JsonObject start) {
    fields.putAll(start.fields());
  }

  Tree put(String name, JsonValue value) {
    fields.put(name, value);
    return this;
  }

  Tree put(String name, String value) {
    return put(name, new JsonString(value));
  }

  Tree put(String name, boolean value) {
    return put(name, value ? JsonBoolean.TRUE : JsonBoolean.FALSE);
  }

  Tree put(String name, Tree value) {
    return put(name, value.build());
  }

  Tree putTexts(String name, List<String> texts) {
    return put(name, texts(texts));
  }

  JsonObject build() {
    return fields.isEmpty() ? JsonObject.EMPTY : new JsonObject(new LinkedHashMap<>(fields));
  }

  static JsonArray texts(List<String> texts) {
    var values = new ArrayList<JsonValue>();
    texts.forEach(each -> values.add(new JsonString(each)));
    return new JsonArray(values);
  }
}
