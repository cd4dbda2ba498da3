package io.kubejar;

import io.kubejar.apimachinery.apply.FieldSet;
import io.kubejar.apimachinery.apply.PathElement;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who owns which field of an object, by its `managedFields`.
///
/// @param byPath by paths such as `.spec.replicas` or `.spec.containers[name="main"].image`
public record FieldOwners(Map<String, List<Owner>> byPath) {

  /// @param operation `Apply` or `Update`
  /// @param subresource through which the field was written; empty for the object itself
  /// @param time of this owner's last change, as it is written
  public record Owner(String manager, String operation, String subresource, String time) {}

  /// The owners of a field. A field inside a value that can only be owned as a whole belongs to
  /// whoever owns that.
  ///
  /// @param path with or without the dot at its start
  public List<Owner> of(String path) {
    var wanted = path.startsWith(".") ? path : "." + path;
    var found = byPath.get(wanted);
    while (found == null && !wanted.isEmpty()) {
      wanted = wanted.substring(0, Math.max(wanted.lastIndexOf('.'), wanted.lastIndexOf('[')));
      found = byPath.get(wanted);
    }
    return found == null ? List.of() : found;
  }

  static FieldOwners of(JsonObject object) {
    var owners = new LinkedHashMap<String, List<Owner>>();
    for (var each : object.object("metadata").list("managedFields")) {
      if (each instanceof JsonObject entry) {
        var owner =
            new Owner(
                entry.text("manager"),
                entry.text("operation"),
                entry.text("subresource"),
                entry.text("time"));
        FieldSet.fromJson(entry.object("fieldsV1"))
            .forEach(
                path ->
                    owners
                        .computeIfAbsent(PathElement.pathText(path), _ -> new ArrayList<>())
                        .add(owner));
      }
    }
    return new FieldOwners(owners);
  }
}
