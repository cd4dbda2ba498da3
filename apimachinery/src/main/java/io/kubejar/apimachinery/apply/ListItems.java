package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.PathElement.KeyField;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// What names an item of a list: its keys, or in a set its value.
final class ListItems {
  private ListItems() {}

  /// @throws MistypedException if the item has no name
  static PathElement element(ListOf list, JsonValue item) {
    if (list.keys().isEmpty()) {
      return switch (item) {
        case JsonObject _ ->
            throw new MistypedException(
                "associative list without keys has an element that's a map type");
        case JsonArray _ ->
            throw new MistypedException("not supported: associative list with lists as elements");
        case JsonNull _ ->
            throw new MistypedException(
                "associative list without keys has an element that's an explicit null");
        default -> new PathElement.Value(item);
      };
    }
    return key(list, item);
  }

  private static PathElement.Key key(ListOf list, JsonValue item) {
    if (item instanceof JsonNull) {
      throw new MistypedException("associative list with keys may not have a null element");
    }
    if (!(item instanceof JsonObject object)) {
      throw new MistypedException("associative list with keys may not have non-map elements");
    }
    var fields = new ArrayList<KeyField>(list.keys().size());
    for (var name : list.keys()) {
      var value = object.get(name);
      var given = value != null ? value : defaultOf(list, name);
      if (given != null) {
        fields.add(new KeyField(name, given));
      }
    }
    if (fields.isEmpty()) {
      var names = list.keys().stream().map(io.kubejar.apimachinery.GoText::quoted).toList();
      throw new MistypedException(
          "associative list with keys has an element that omits all key fields ["
              + String.join(" ", names)
              + "] (and doesn't have default values for any key fields)");
    }
    return new PathElement.Key(fields);
  }

  private static @Nullable JsonValue defaultOf(ListOf list, String name) {
    if (list.items().resolved() instanceof Struct struct) {
      var field = struct.fields().get(name);
      return field == null ? null : field.defaultValue();
    }
    return null;
  }
}
