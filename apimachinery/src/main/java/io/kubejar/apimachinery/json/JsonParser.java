package io.kubejar.apimachinery.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads JSON into a tree. Of a name that occurs twice in an object, the last value counts, as in
/// Go.
public final class JsonParser {
  /// Deeper trees would overflow the stack of whoever walks them.
  public static final int DEEPEST_NESTING = JsonText.DEEPEST_NESTING;

  private final com.fasterxml.jackson.core.JsonParser in;
  private final Consumer<String> onDuplicate;
  private final List<Object> path = new ArrayList<>();

  private JsonParser(com.fasterxml.jackson.core.JsonParser in, Consumer<String> onDuplicate) {
    this.in = in;
    this.onDuplicate = onDuplicate;
  }

  /// Reads one value and nothing after it.
  ///
  /// @throws JsonFormatException if that is not what the text is
  public static JsonValue parse(byte[] utf8) {
    return parse(utf8, path -> {});
  }

  /// Likewise; tells the paths of repeated names, such as `spec.containers[0].image`.
  public static JsonValue parse(byte[] utf8, Consumer<String> onDuplicate) {
    try (var in = JsonText.tokens(utf8)) {
      return new JsonParser(in, onDuplicate).document();
    } catch (JsonProcessingException broken) {
      throw new JsonFormatException(broken.getOriginalMessage(), broken);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  public static JsonValue parse(String text) {
    try (var in = JsonText.tokens(text)) {
      return new JsonParser(in, path -> {}).document();
    } catch (JsonProcessingException broken) {
      throw new JsonFormatException(broken.getOriginalMessage(), broken);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private JsonValue document() throws IOException {
    var first = in.nextToken();
    if (first == null) {
      throw new JsonFormatException("unexpected end of JSON input");
    }
    var value = value(first);
    if (in.nextToken() != null) {
      throw new JsonFormatException("invalid data after top-level value");
    }
    return value;
  }

  private JsonValue value(@Nullable JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> new JsonString(in.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(in.getText());
      case VALUE_TRUE -> JsonBoolean.TRUE;
      case VALUE_FALSE -> JsonBoolean.FALSE;
      case VALUE_NULL -> JsonNull.NULL;
      case null, default -> throw new JsonFormatException("unexpected end of JSON input");
    };
  }

  private JsonValue object() throws IOException {
    var fields = new LinkedHashMap<String, JsonValue>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      var name = in.currentName();
      path.add(name);
      var value = value(in.nextToken());
      if (fields.put(name, value) != null) {
        onDuplicate.accept(pathText());
      }
      path.removeLast();
    }
    return fields.isEmpty() ? JsonObject.EMPTY : new JsonObject(fields);
  }

  private JsonValue array() throws IOException {
    var values = new ArrayList<JsonValue>();
    for (var token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
      path.add(values.size());
      values.add(value(token));
      path.removeLast();
    }
    return values.isEmpty() ? JsonArray.EMPTY : new JsonArray(values);
  }

  private String pathText() {
    var text = new StringBuilder();
    for (var step : path) {
      if (step instanceof Integer index) {
        text.append('[').append(index).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(step);
      }
    }
    return text.toString();
  }
}
