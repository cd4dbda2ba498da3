package io.kubejar.apimachinery.json;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.FrozenMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes JSON as a stream for the generated codecs, to bytes or to a tree.
///
/// Three families of methods follow Go's tags: `put…` writes always, `opt…` leaves out what is zero
/// or empty (`omitempty`), `ptr…` leaves out only what is null (a pointer with `omitempty`).
public final class JsonWriter {
  private final JsonSink out;
  private boolean omitTypeMeta;

  private JsonWriter(JsonSink out) {
    this.out = out;
  }

  public static JsonWriter toBytes() {
    return new JsonWriter(new JsonBytes());
  }

  public static JsonWriter toTree() {
    return new JsonWriter(new JsonTree());
  }

  /// What was written, of a writer to bytes.
  public byte[] bytes() {
    return ((JsonBytes) out).bytes();
  }

  /// What was written, of a writer to a tree.
  public JsonValue tree() {
    return ((JsonTree) out).tree();
  }

  public void beginObject() {
    out.beginObject();
  }

  public void endObject() {
    out.endObject();
  }

  public void beginArray() {
    out.beginArray();
  }

  public void endArray() {
    out.endArray();
  }

  public void name(String name) {
    out.name(name);
  }

  public void string(String value) {
    out.string(value);
  }

  public void number(long value) {
    out.number(Long.toString(value));
  }

  public void number(double value) {
    out.number(JsonNumber.of(value).text());
  }

  public void bool(boolean value) {
    out.bool(value);
  }

  public void nullValue() {
    out.nullValue();
  }

  public void bytesValue(Bytes value) {
    out.string(value.base64());
  }

  /// Writes JSON text that is known to be well-formed.
  public void raw(byte[] json) {
    out.raw(json);
  }

  public void value(JsonValue value) {
    out.value(value);
  }

  /// Names the type of the object, unless it stands in a list that says it for all.
  public void typeMeta(String apiVersion, String kind) {
    if (omitTypeMeta) {
      omitTypeMeta = false;
      return;
    }
    put("kind", kind);
    put("apiVersion", apiVersion);
  }

  /// Names the type of an object that says it even within lists, in the order of such objects'
  /// sorted names.
  public void ownTypeMeta(String apiVersion, String kind) {
    omitTypeMeta = false;
    put("apiVersion", apiVersion);
    put("kind", kind);
  }

  /// The next object is written without its kind and apiVersion, as items of typed lists are.
  public void omitNextTypeMeta() {
    omitTypeMeta = true;
  }

  public void put(String name, String value) {
    out.name(name);
    out.string(value);
  }

  public void put(String name, long value) {
    out.name(name);
    number(value);
  }

  public void put(String name, boolean value) {
    out.name(name);
    out.bool(value);
  }

  public void put(String name, double value) {
    out.name(name);
    number(value);
  }

  public void put(String name, Bytes value) {
    out.name(name);
    if (value.isEmpty()) {
      out.nullValue(); // Go has a nil slice here.
    } else {
      bytesValue(value);
    }
  }

  public <T> void put(String name, T value, Codec<T> codec) {
    out.name(name);
    codec.writeJson(value, this);
  }

  public void putPtr(String name, @Nullable Object scalar) {
    out.name(name);
    scalar(scalar);
  }

  public <T> void putPtr(String name, @Nullable T value, Codec<T> codec) {
    out.name(name);
    if (value == null) {
      out.nullValue();
    } else {
      codec.writeJson(value, this);
    }
  }

  public void opt(String name, String value) {
    if (!value.isEmpty()) {
      put(name, value);
    }
  }

  public void opt(String name, long value) {
    if (value != 0) {
      put(name, value);
    }
  }

  public void opt(String name, boolean value) {
    if (value) {
      put(name, true);
    }
  }

  public void opt(String name, double value) {
    if (value != 0) {
      put(name, value);
    }
  }

  public void opt(String name, Bytes value) {
    if (!value.isEmpty()) {
      put(name, value);
    }
  }

  public void ptr(String name, @Nullable Object scalar) {
    if (scalar != null) {
      out.name(name);
      scalar(scalar);
    }
  }

  public <T> void ptr(String name, @Nullable T value, Codec<T> codec) {
    if (value != null) {
      put(name, value, codec);
    }
  }

  public <T> void putList(String name, List<T> values, Codec<T> codec) {
    out.name(name);
    if (values.isEmpty()) {
      out.nullValue(); // Go has a nil slice here.
    } else {
      list(values, codec);
    }
  }

  public <T> void optList(String name, List<T> values, Codec<T> codec) {
    if (!values.isEmpty()) {
      out.name(name);
      list(values, codec);
    }
  }

  public <T> void putMap(String name, Map<String, T> values, Codec<T> codec) {
    out.name(name);
    if (values.isEmpty()) {
      out.nullValue(); // Go has a nil map here.
    } else {
      map(values, codec);
    }
  }

  public <T> void optMap(String name, Map<String, T> values, Codec<T> codec) {
    if (!values.isEmpty()) {
      out.name(name);
      map(values, codec);
    }
  }

  private <T> void list(List<T> values, Codec<T> codec) {
    out.beginArray();
    for (T value : values) {
      codec.writeJson(value, this);
    }
    out.endArray();
  }

  private <T> void map(Map<String, T> values, Codec<T> codec) {
    out.beginObject();
    var sorted = FrozenMap.copyOf(values);
    for (int i = 0; i < sorted.size(); i++) {
      out.name(sorted.keyAt(i));
      codec.writeJson(sorted.valueAt(i), this);
    }
    out.endObject();
  }

  private void scalar(@Nullable Object scalar) {
    switch (scalar) {
      case null -> out.nullValue();
      case String text -> out.string(text);
      case Boolean bool -> out.bool(bool);
      case Double number -> number(number.doubleValue());
      case Number number -> number(number.longValue());
      default -> throw new IllegalArgumentException("no scalar: " + scalar.getClass());
    }
  }
}
