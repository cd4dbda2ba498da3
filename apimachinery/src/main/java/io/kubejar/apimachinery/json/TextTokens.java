package io.kubejar.apimachinery.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The tokens of a JSON text.
final class TextTokens implements Tokens {
  private final JsonParser in;

  TextTokens(byte[] utf8) {
    try {
      in = JsonText.tokens(utf8);
    } catch (IOException broken) {
      throw failure(broken);
    }
  }

  @Override
  public @Nullable JsonToken next() {
    try {
      return in.nextToken();
    } catch (IOException broken) {
      throw failure(broken);
    }
  }

  @Override
  public String text() {
    try {
      return in.getText();
    } catch (IOException broken) {
      throw failure(broken);
    }
  }

  @Override
  public void skip() {
    try {
      in.skipChildren();
    } catch (IOException broken) {
      throw failure(broken);
    }
  }

  @Override
  public JsonValue value() {
    return value(in.currentToken());
  }

  private JsonValue value(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> {
        var fields = new LinkedHashMap<String, JsonValue>();
        while (next() == JsonToken.FIELD_NAME) {
          var name = text();
          fields.put(name, value(next()));
        }
        yield new JsonObject(fields);
      }
      case START_ARRAY -> {
        var values = new ArrayList<JsonValue>();
        for (var each = next(); each != JsonToken.END_ARRAY; each = next()) {
          values.add(value(each));
        }
        yield new JsonArray(values);
      }
      case VALUE_STRING -> new JsonString(text());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(text());
      case VALUE_TRUE -> JsonBoolean.TRUE;
      case VALUE_FALSE -> JsonBoolean.FALSE;
      case VALUE_NULL -> JsonNull.NULL;
      case null, default -> throw new JsonFormatException("unexpected end of JSON input");
    };
  }

  private static RuntimeException failure(IOException broken) {
    return broken instanceof JsonProcessingException syntax
        ? new JsonFormatException(syntax.getOriginalMessage(), broken)
        : new UncheckedIOException(broken);
  }
}
