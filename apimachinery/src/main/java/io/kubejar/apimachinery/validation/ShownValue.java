package io.kubejar.apimachinery.validation;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A bad value as JSON, for messages.
final class ShownValue {
  /// How records find their own codec.
  private static final ClassValue<Codec<Object>> CODECS =
      new ClassValue<>() {
        @Override
        @SuppressWarnings("unchecked") // A record's CODEC is for that record.
        protected Codec<Object> computeValue(Class<?> type) {
          try {
            return (Codec<Object>) type.getField("CODEC").get(null);
          } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("No codec in " + type.getName(), missing);
          }
        }
      };

  private ShownValue() {}

  static JsonValue of(@Nullable Object value) {
    return switch (value) {
      case null -> JsonNull.NULL;
      case JsonValue json -> json;
      case Boolean bool -> JsonBoolean.of(bool);
      case Number number -> new JsonNumber(number.toString());
      case List<?> list -> new JsonArray(list.stream().map(ShownValue::of).toList());
      case Map<?, ?> map -> {
        var fields = new TreeMap<String, JsonValue>();
        map.forEach((key, item) -> fields.put(String.valueOf(key), of(item)));
        yield new JsonObject(new LinkedHashMap<>(fields));
      }
      case Record generated -> CODECS.get(generated.getClass()).toTree(generated);
      default -> new JsonString(value.toString());
    };
  }
}
