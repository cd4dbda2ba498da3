package io.kubejar;

import io.kubejar.ObjectDifference.FieldDifference;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares two states of an object, field by field.
final class Differences {
  private final List<FieldDifference> found = new ArrayList<>();

  private Differences() {}

  static List<FieldDifference> between(JsonObject before, JsonObject after) {
    var differences = new Differences();
    differences.compare("", compared(before), compared(after));
    return differences.found;
  }

  /// What changes with every write says nothing.
  private static JsonObject compared(JsonObject object) {
    var metadata = object.object("metadata").without("managedFields").without("resourceVersion");
    return object.with("metadata", metadata);
  }

  private void compare(String path, @Nullable JsonValue before, @Nullable JsonValue after) {
    if (before instanceof JsonObject a && after instanceof JsonObject b) {
      var names = new LinkedHashSet<>(a.fields().keySet());
      names.addAll(b.fields().keySet());
      names.forEach(name -> compare(path + "." + name, a.get(name), b.get(name)));
    } else if (before instanceof JsonArray a && after instanceof JsonArray b) {
      for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
        compare(
            path + "[" + i + "]", i < a.size() ? a.get(i) : null, i < b.size() ? b.get(i) : null);
      }
    } else if (before == null ? after != null : !before.equals(after)) {
      found.add(new FieldDifference(path, text(before), text(after)));
    }
  }

  private static String text(@Nullable JsonValue value) {
    return value == null ? "" : JsonPrinter.print(value);
  }
}
