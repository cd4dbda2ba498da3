package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import java.util.ArrayList;
import java.util.List;

/// Merges one object into another as server-side apply does, without any owners.
public final class StructuredMerge {
  private StructuredMerge() {}

  /// What is there with what the configuration says: lists with keys are merged by them, what is
  /// atomic is replaced.
  public static JsonValue merge(JsonValue live, JsonValue configuration, TypeSchema type) {
    return TypedMerge.merge(live, configuration, type);
  }

  /// The paths of lists, maps and objects in a configuration that can only be replaced as a whole.
  public static List<String> atomics(JsonValue configuration, TypeSchema type) {
    var paths = new ArrayList<String>();
    collect(configuration, type, "", paths);
    return paths;
  }

  private static void collect(JsonValue value, TypeSchema type, String path, List<String> paths) {
    var atom = Atoms.of(type, value);
    switch (atom) {
      case Scalar _ -> {}
      case ListOf list -> {
        if (Atoms.isAtomic(list)) {
          paths.add(path);
        } else {
          Atoms.items(value).forEach(item -> collect(item, list.items(), path + "[]", paths));
        }
      }
      default -> {
        if (Atoms.isAtomic(atom)) {
          paths.add(path);
        } else if (value instanceof JsonObject object) {
          object
              .fields()
              .forEach(
                  (name, field) ->
                      collect(field, Atoms.field(atom, name), path + "." + name, paths));
        }
      }
    }
  }
}
