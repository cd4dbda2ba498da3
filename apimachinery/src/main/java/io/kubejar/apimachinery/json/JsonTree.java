package io.kubejar.apimachinery.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Builds the tree that the text would be read to.
final class JsonTree implements JsonSink {
  private final Deque<Open> open = new ArrayDeque<>();
  private JsonValue tree = JsonNull.NULL;

  JsonValue tree() {
    return tree;
  }

  @Override
  public void beginObject() {
    open.push(new Open(new LinkedHashMap<>(), List.of()));
  }

  @Override
  public void endObject() {
    value(new JsonObject(open.pop().fields));
  }

  @Override
  public void beginArray() {
    open.push(new Open(Map.of(), new ArrayList<>()));
  }

  @Override
  public void endArray() {
    value(new JsonArray(open.pop().values));
  }

  @Override
  public void name(String name) {
    open.element().name = name;
  }

  @Override
  public void string(String value) {
    value(new JsonString(value));
  }

  @Override
  public void number(String text) {
    value(new JsonNumber(text));
  }

  @Override
  public void bool(boolean value) {
    value(value ? JsonBoolean.TRUE : JsonBoolean.FALSE);
  }

  @Override
  public void nullValue() {
    value(JsonNull.NULL);
  }

  @Override
  public void raw(byte[] json) {
    value(JsonParser.parse(json));
  }

  @Override
  public void value(JsonValue value) {
    var around = open.peek();
    if (around == null) {
      tree = value;
    } else if (around.fields instanceof LinkedHashMap<String, JsonValue> fields) {
      fields.put(around.name, value);
    } else {
      around.values.add(value);
    }
  }

  /// An object or array that is not closed yet.
  private static final class Open {
    private final Map<String, JsonValue> fields;
    private final List<JsonValue> values;
    private String name = "";

    Open(Map<String, JsonValue> fields, List<JsonValue> values) {
      this.fields = fields;
      this.values = values;
    }
  }
}
