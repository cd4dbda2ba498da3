package io.kubejar.cri;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Image manifests as plain maps and lists: they are small, and only a handful of their fields
/// matter here.
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  static Map<String, Object> object(byte[] text) throws IOException {
    return asObject(value(text));
  }

  static Object value(byte[] text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      var value = read(parser);
      if (value == null) {
        throw new IOException("an image manifest is empty");
      }
      return value;
    }
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("an image manifest is empty");
    }
    return switch (token) {
      case START_OBJECT -> {
        var fields = new LinkedHashMap<String, Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          var field = read(parser);
          if (field != null) {
            fields.put(name, field);
          }
        }
        yield fields;
      }
      case START_ARRAY -> {
        var items = new ArrayList<Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          var item = read(parser);
          if (item != null) {
            items.add(item);
          }
        }
        yield items;
      }
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  static byte[] write(Object value) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      write(out, value);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        out.writeStartObject();
        for (var entry : map.entrySet()) {
          out.writeFieldName(entry.getKey().toString());
          write(out, entry.getValue());
        }
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        for (var item : list) {
          write(out, item);
        }
        out.writeEndArray();
      }
      case Number number -> out.writeNumber(number.longValue());
      case Boolean flag -> out.writeBoolean(flag);
      default -> out.writeString(value.toString());
    }
  }

  static Map<String, Object> asObject(@Nullable Object value) throws IOException {
    var result = new LinkedHashMap<String, Object>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, field) -> result.put(name.toString(), field));
      return result;
    }
    throw new IOException("an image manifest has no object where one belongs");
  }

  static List<Object> list(Map<String, Object> object, String field) {
    return object.get(field) instanceof List<?> list ? List.copyOf(list) : List.of();
  }

  static String text(Map<String, Object> object, String field) {
    return object.get(field) instanceof String text ? text : "";
  }
}
