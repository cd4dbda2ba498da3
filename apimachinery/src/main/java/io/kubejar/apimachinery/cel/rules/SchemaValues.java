package io.kubejar.apimachinery.cel.rules;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.cel.type.Identifiers;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.DurationValue;
import io.kubejar.apimachinery.cel.value.Equality;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.GoNumbers;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.TimestampValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.StructuralSchema;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// JSON as the values that its schema makes of it, converted when looked at.
final class SchemaValues {
  private SchemaValues() {}

  /// The value, or the failure of one that is not what the schema says.
  static Value of(JsonValue json, StructuralSchema schema) {
    if (json instanceof JsonNull) {
      return schema.generic().nullable()
          ? NullValue.NULL
          : new ErrorValue("invalid data, got null for schema with nullable=false");
    }
    if (schema.extensions().intOrString()) {
      return switch (json) {
        case JsonString(var text) -> new StringValue(text);
        case JsonNumber number when number.isLong() -> new IntValue(number.longValue());
        case JsonValue _ ->
            new ErrorValue(
                "invalid data, expected XIntOrString value to be either a string or integer");
      };
    }
    return switch (schema.type()) {
      case "object" ->
          json instanceof JsonObject object
              ? new SchemaObject(object, embedded(schema))
              : wrong("a map for the provided schema with type=object");
      case "array" -> list(json, schema);
      case "string" ->
          json instanceof JsonString(var text) ? text(text, schema) : unexpected("string", json);
      case "number" ->
          json instanceof JsonNumber number
              ? new DoubleValue(number.doubleValue())
              : unexpected("float", json);
      case "integer" ->
          json instanceof JsonNumber number && number.isLong()
              ? new IntValue(number.longValue())
              : unexpected("int", json);
      case "boolean" ->
          json instanceof JsonBoolean(boolean is) ? BoolValue.of(is) : unexpected("bool", json);
      default ->
          schema.extensions().preserveUnknownFields()
              ? new Preserved(json)
              : new ErrorValue(
                  "invalid type, expected object, array, number, integer, boolean or string, or no"
                      + " type with x-kubernetes-int-or-string or"
                      + " x-kubernetes-preserve-unknown-fields is true, got "
                      + schema.type());
    };
  }

  private static StructuralSchema embedded(StructuralSchema schema) {
    return schema.extensions().embeddedResource() ? SchemaTypes.withMetadata(schema) : schema;
  }

  private static ErrorValue wrong(String expected) {
    return new ErrorValue("invalid data, expected " + expected);
  }

  private static ErrorValue unexpected(String expected, JsonValue json) {
    return wrong(expected + ", got " + json.typeName());
  }

  private static Value list(JsonValue json, StructuralSchema schema) {
    if (!(json instanceof JsonArray array)) {
      return wrong("an array for the provided schema with type=array");
    }
    var items = schema.items();
    if (items == null) {
      return new ErrorValue("invalid array type, expected Items with a non-empty Schema");
    }
    var plain = new SchemaLists.Plain(array, items);
    var kind = schema.extensions().listType();
    return switch (kind) {
      case "map" -> new SchemaLists.ByKey(plain, schema.extensions().listMapKeys());
      case "set" -> new SchemaLists.AsSet(plain);
      case null, default -> plain;
    };
  }

  private static Value text(String text, StructuralSchema schema) {
    return switch (schema.validation().format()) {
      case "duration" -> {
        var nanos = GoNumbers.parseDuration(text.toLowerCase(Locale.ROOT));
        yield nanos == null
            ? new ErrorValue("Invalid duration " + text + ": unable to parse")
            : new DurationValue(nanos);
      }
      case "date" -> date(text);
      case "date-time" -> dateTime(text);
      case "byte" -> {
        try {
          yield new BytesValue(Bytes.fromBase64(text));
        } catch (IllegalArgumentException e) {
          yield new ErrorValue("Invalid byte formatted string " + text + ": " + e.getMessage());
        }
      }
      default -> new StringValue(text);
    };
  }

  private static Value date(String text) {
    try {
      return TimestampValue.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeException e) {
      return new ErrorValue("Invalid date formatted string " + text + ": " + e.getMessage());
    }
  }

  private static Value dateTime(String text) {
    try {
      return TimestampValue.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return new ErrorValue("Invalid date-time formatted string " + text + ": " + e.getMessage());
    }
  }

  /// A value of no known type, which can only be compared as a whole.
  private record Preserved(JsonValue json) implements OpaqueValue {
    @Override
    public String typeName() {
      return "unknown";
    }
  }

  /// An object with properties, whose names are escaped and whose nulls count as absent; or a map.
  private record SchemaObject(JsonObject object, StructuralSchema schema) implements MapValue {
    @Override
    public @Nullable Value find(Value key) {
      if (!(key instanceof StringValue(var name))) {
        return ErrorValue.NO_SUCH_OVERLOAD;
      }
      var property = hasFields() ? Identifiers.unescape(name).orElse(null) : name;
      var value = property == null ? null : object.get(property);
      var known = property == null ? null : schema.child(property);
      if (value == null || known == null || (hasFields() && value instanceof JsonNull)) {
        return null;
      }
      return of(value, known);
    }

    private boolean hasFields() {
      return schema.additionalSchema() == null;
    }

    @Override
    public List<Value> keys() {
      var keys = new ArrayList<Value>();
      for (var name : object.fields().keySet()) {
        if (schema.child(name) != null) {
          keys.add(new StringValue(hasFields() ? Identifiers.escape(name).orElse(name) : name));
        }
      }
      return keys;
    }

    @Override
    public long size() {
      return object.size();
    }

    /// Fields without a type are compared as they are, if both have them.
    @Override
    public Value isEqualTo(MapValue other) {
      if (size() != other.size()) {
        return BoolValue.FALSE;
      }
      for (var field : object.fields().entrySet()) {
        var same = isSameField(field.getKey(), field.getValue(), other);
        if (!BoolValue.isTrue(same)) {
          return same;
        }
      }
      return BoolValue.TRUE;
    }

    private Value isSameField(String name, JsonValue value, MapValue other) {
      if (schema.child(name) != null) {
        var key = new StringValue(hasFields() ? Identifiers.escape(name).orElse(name) : name);
        var mine = find(key);
        var theirs = other.find(key);
        return mine == null || theirs == null
            ? BoolValue.of(mine == null && theirs == null)
            : Equality.equal(mine, theirs);
      }
      if (!(other instanceof SchemaObject(var theirs, var _))) {
        return ErrorValue.NO_SUCH_OVERLOAD;
      }
      return BoolValue.of(!theirs.has(name) || value.equals(theirs.get(name)));
    }
  }
}
