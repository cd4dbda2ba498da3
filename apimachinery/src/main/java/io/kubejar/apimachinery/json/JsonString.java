package io.kubejar.apimachinery.json;

/// A text.
public record JsonString(String value) implements JsonValue {
  public static final JsonString EMPTY = new JsonString("");

  @Override
  public String toString() {
    return JsonPrinter.print(this);
  }
}
