package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.function.UnaryOperator;

/// Shows objects without managedFields: a single one, the items of a list, the rows of a table.
final class ManagedFieldsOmission {
  private ManagedFieldsOmission() {}

  static JsonValue of(JsonValue value) {
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    var shown = single(object);
    shown = each(shown, "items", ManagedFieldsOmission::of);
    return each(shown, "rows", row -> row instanceof JsonObject it ? row(it) : row);
  }

  private static JsonObject single(JsonObject object) {
    var metadata = object.object("metadata");
    return metadata.has("managedFields")
        ? object.with("metadata", metadata.without("managedFields"))
        : object;
  }

  private static JsonObject row(JsonObject row) {
    var object = row.object("object");
    return object.isEmpty() ? row : row.with("object", single(object));
  }

  private static JsonObject each(JsonObject owner, String field, UnaryOperator<JsonValue> change) {
    var list = owner.list(field);
    return list.isEmpty()
        ? owner
        : owner.with(field, new JsonArray(list.stream().map(change).toList()));
  }
}
