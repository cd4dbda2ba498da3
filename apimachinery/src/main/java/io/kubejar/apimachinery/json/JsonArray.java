package io.kubejar.apimachinery.json;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/// A list of values.
///
/// @param values handed over: whoever made the list must not change it afterwards
public record JsonArray(List<JsonValue> values) implements JsonValue, Iterable<JsonValue> {
  public static final JsonArray EMPTY = new JsonArray(List.of());

  public JsonArray {
    values = Collections.unmodifiableList(values);
  }

  public static JsonArray of(JsonValue... values) {
    return new JsonArray(List.of(values));
  }

  public int size() {
    return values.size();
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public JsonValue get(int index) {
    return values.get(index);
  }

  @Override
  public Iterator<JsonValue> iterator() {
    return values.iterator();
  }

  @Override
  public String toString() {
    return JsonPrinter.print(this);
  }
}
