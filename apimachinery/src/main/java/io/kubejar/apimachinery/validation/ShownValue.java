package io.kubejar.apimachinery.validation;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A bad value as JSON, for messages.
///
/// Upstream checks objects in a form of its own that has no names for JSON. What it shows of them
/// is called as in its source, such as `MinAvailable`, and leaves nothing out. The types of
/// `meta/v1` are the same inside and outside. Lists and maps that are empty are as good as absent,
/// which is how they are shown.
final class ShownValue {
  private static final String SHARED_TYPES = "io.kubejar.apimachinery.";

  /// How records of the shared types find their own codec.
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
      case IntOrString.OfInt(int number) -> new JsonNumber(Integer.toString(number));
      case IntOrString.OfString(var text) -> new JsonString(text);
      case Bytes bytes -> new JsonString(bytes.base64());
      case RawExtension extension -> extension.json();
      case List<?> list when list.isEmpty() -> JsonNull.NULL;
      case Map<?, ?> map when map.isEmpty() -> JsonNull.NULL;
      case List<?> list -> new JsonArray(list.stream().map(ShownValue::of).toList());
      case Map<?, ?> map -> {
        var fields = new TreeMap<String, JsonValue>();
        map.forEach((key, item) -> fields.put(String.valueOf(key), of(item)));
        yield new JsonObject(new LinkedHashMap<>(fields));
      }
      case OwnerReference owner -> withVersionFirst(OwnerReference.CODEC.toTree(owner));
      case Record shared when shared.getClass().getName().startsWith(SHARED_TYPES) ->
          CODECS.get(shared.getClass()).toTree(shared);
      case Record other -> internal(other);
      default -> new JsonString(value.toString());
    };
  }

  /// Fields come in the order of the messages' numbers, in Go in the order of its source. These two
  /// orders differ in this one type.
  private static JsonValue withVersionFirst(JsonValue owner) {
    if (!(owner instanceof JsonObject(var fields)) || !fields.containsKey("apiVersion")) {
      return owner;
    }
    var ordered = new LinkedHashMap<String, JsonValue>();
    ordered.put("apiVersion", fields.get("apiVersion"));
    fields.forEach(ordered::putIfAbsent);
    return new JsonObject(ordered);
  }

  private static JsonObject internal(Record value) {
    var fields = new LinkedHashMap<String, JsonValue>();
    for (var component : value.getClass().getRecordComponents()) {
      var part = part(value, component);
      if (part instanceof ObjectMeta metadata) {
        if (of(metadata) instanceof JsonObject embedded) {
          fields.putAll(embedded.fields());
        }
      } else if (!(value instanceof KubernetesObject) || !isHeader(component.getName())) {
        fields.put(InternalNames.of(value.getClass(), component.getName()), of(part));
      }
    }
    return new JsonObject(fields);
  }

  private static boolean isHeader(String name) {
    return name.equals("apiVersion") || name.equals("kind");
  }

  private static @Nullable Object part(Record value, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true); // The record itself may be private to a package.
      return accessor.invoke(value);
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException("no accessor of " + component, broken);
    }
  }
}
