package io.kubejar.apiserver;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.Any;
import io.kubejar.apimachinery.schema.TypeSchema.Field;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.Reference;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import io.kubejar.apimachinery.schema.TypeSchema.ScalarType;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;

/// Makes up objects of the built-in kinds: their shape is right, what they say makes no sense.
///
/// @param nonsense whether a value is of the wrong shape now and then
record Samples(Chance chance, boolean nonsense) {
  private static final int DEEPEST = 7;
  private static final List<String> NAMES =
      List.of("a", "b-1", "app", "example.com/x", "kubernetes.io/os", "metadata.name", "");

  JsonObject object(GroupVersionKind kind, String name) {
    var fields = new LinkedHashMap<>(struct(Schemas.of(kind).orElseThrow(), 0).fields());
    fields.put("apiVersion", new JsonString(kind.apiVersion()));
    fields.put("kind", new JsonString(kind.kind()));
    fields.put("metadata", metadata(fields.get("metadata")).with("name", new JsonString(name)));
    return new JsonObject(fields);
  }

  private static JsonObject metadata(@org.jspecify.annotations.Nullable JsonValue sample) {
    var metadata = sample instanceof JsonObject object ? object : JsonObject.EMPTY;
    return metadata.without("namespace").without("generateName").without("deletionTimestamp");
  }

  private JsonObject struct(Struct struct, int depth) {
    var fields = new LinkedHashMap<String, JsonValue>();
    var all = struct.fields().values().stream().sorted(java.util.Comparator.comparing(Field::name));
    int rarity = depth < 2 ? 2 : 4;
    all.filter(field -> field.required() || chance.oneIn(rarity))
        .forEach(field -> fields.put(field.name(), field(field, depth + 1)));
    return new JsonObject(fields);
  }

  private JsonValue field(Field field, int depth) {
    boolean single = field.type().resolved() instanceof Scalar;
    boolean named = single && !field.enumeration().isEmpty() && !chance.oneIn(8);
    return named ? new JsonString(chance.of(field.enumeration())) : value(field.type(), depth);
  }

  /// A value of the type, or none at all where it would be too deep.
  JsonValue value(TypeSchema type, int depth) {
    if (nonsense && chance.oneIn(40)) {
      return any(2);
    }
    if (depth > DEEPEST) {
      return JsonNull.NULL;
    }
    return switch (type) {
      case Scalar(var scalar) -> scalar(scalar);
      case Struct struct -> struct(struct, depth);
      case ListOf list -> new JsonArray(chance.list(0, 3, () -> value(list.items(), depth + 1)));
      case MapOf map -> {
        var values = new LinkedHashMap<String, JsonValue>();
        chance.list(0, 3, () -> values.put(chance.of(NAMES), value(map.values(), depth + 1)));
        yield new JsonObject(values);
      }
      case Reference reference -> value(reference.resolved(), depth);
      case Any _ -> any(3);
    };
  }

  private JsonValue scalar(ScalarType type) {
    return switch (type) {
      case STRING -> new JsonString(text());
      case BOOLEAN -> chance.of(JsonBoolean.TRUE, JsonBoolean.FALSE);
      case INT32 -> JsonNumber.of(chance.int32());
      case INT64 -> JsonNumber.of(chance.number());
      case DOUBLE -> JsonNumber.of(chance.number() / 4.0);
      case BYTES -> new JsonString(chance.of("", "AA==", "eHg=", "/w=="));
      case TIME -> new JsonString(chance.of("2030-01-01T00:00:00Z", "1970-01-01T00:00:00Z"));
      case MICRO_TIME -> new JsonString("2030-01-01T00:00:00.000001Z");
      case QUANTITY ->
          new JsonString(chance.of("0", "1", "-1", "100m", "1Gi", "1e3", "9Ei", "1e100", "0.5n"));
      case INT_OR_STRING ->
          chance.oneIn(2)
              ? JsonNumber.of(chance.int32())
              : new JsonString(chance.of("50%", "http", "", "101%", "-1%"));
    };
  }

  private String text() {
    return switch (chance.below(4)) {
      case 0 -> chance.of(NAMES);
      case 1 -> unicode(chance.text(6));
      default ->
          chance.of(
              "x",
              "y",
              "10.0.0.1",
              "::1",
              "10.0.0.0/8",
              "http",
              "80",
              "*",
              "/",
              "/a/../b",
              "a=b",
              "object.spec.x > 1",
              "self",
              "v1",
              "apps/v1",
              "*/5 * * * *",
              "@daily",
              "None",
              "{.spec.a[?(@.b==1)]}",
              "Always",
              "IPv4",
              "Local",
              "TCP",
              "https://x.y/z",
              "system:masters",
              "RSA",
              "x".repeat(300));
    };
  }

  private static String unicode(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /// Any tree.
  JsonValue any(int depth) {
    return switch (chance.below(depth == 0 ? 4 : 6)) {
      case 0 -> new JsonString(text());
      case 1 -> JsonNumber.of(chance.number());
      case 2 -> new JsonNumber(chance.of("0", "1.5", "1e400", "123456789012345678901234567890"));
      case 3 -> chance.of(JsonNull.NULL, JsonBoolean.TRUE, JsonBoolean.FALSE);
      case 4 -> new JsonArray(chance.list(0, 3, () -> any(depth - 1)));
      default -> {
        var fields = new LinkedHashMap<String, JsonValue>();
        chance.list(0, 3, () -> fields.put(chance.of(NAMES), any(depth - 1)));
        yield new JsonObject(fields);
      }
    };
  }
}
