package io.kubejar.apimachinery.json;

import com.fasterxml.jackson.core.JsonToken;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tokens that the text of a tree would have.
final class TreeTokens implements Tokens {
  private final Deque<Iterator<?>> open = new ArrayDeque<>();
  private JsonValue current;
  private String name = "";
  private boolean atName;
  private boolean started;

  TreeTokens(JsonValue tree) {
    this.current = tree;
  }

  @Override
  public @Nullable JsonToken next() {
    if (!started) {
      started = true;
      return begin();
    }
    if (atName) {
      atName = false;
      return begin();
    }
    var inside = open.peek();
    if (inside == null) {
      return null;
    }
    if (!inside.hasNext()) {
      open.pop();
      return inside instanceof ObjectFields ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
    }
    if (inside instanceof ObjectFields fields) {
      var field = fields.next();
      name = field.getKey();
      current = field.getValue();
      atName = true;
      return JsonToken.FIELD_NAME;
    }
    current = (JsonValue) inside.next();
    return begin();
  }

  private JsonToken begin() {
    if (open.size() > JsonReader.DEEPEST_NESTING) {
      throw new JsonFormatException("exceeded max depth");
    }
    return switch (current) {
      case JsonObject object -> {
        open.push(new ObjectFields(object.fields().entrySet().iterator()));
        yield JsonToken.START_OBJECT;
      }
      case JsonArray array -> {
        open.push(array.iterator());
        yield JsonToken.START_ARRAY;
      }
      case JsonString _ -> JsonToken.VALUE_STRING;
      case JsonNumber(var text) ->
          isWhole(text) ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT;
      case JsonBoolean(var bool) -> bool ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE;
      case JsonNull() -> JsonToken.VALUE_NULL;
    };
  }

  private static boolean isWhole(String number) {
    return number.indexOf('.') < 0 && number.indexOf('e') < 0 && number.indexOf('E') < 0;
  }

  @Override
  public String text() {
    if (atName) {
      return name;
    }
    return switch (current) {
      case JsonString(var text) -> text;
      case JsonNumber(var text) -> text;
      default -> current.toString();
    };
  }

  @Override
  public JsonValue value() {
    skip();
    return current;
  }

  @Override
  public void skip() {
    if (current instanceof JsonObject || current instanceof JsonArray) {
      open.pop();
    }
  }

  private record ObjectFields(Iterator<Map.Entry<String, JsonValue>> fields)
      implements Iterator<Map.Entry<String, JsonValue>> {
    @Override
    public boolean hasNext() {
      return fields.hasNext();
    }

    @Override
    public Map.Entry<String, JsonValue> next() {
      return fields.next();
    }
  }
}
