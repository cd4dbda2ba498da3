package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.SelectableField;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.jsonpath.JsonPath;
import io.kubejar.apimachinery.unstructured.Unstructured;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The fields that objects of a version can be selected by, besides name and namespace.
record SelectablePaths(Map<String, JsonPath> paths) {

  static SelectablePaths of(List<SelectableField> fields) {
    var paths = new HashMap<String, JsonPath>();
    for (var field : fields) {
      var path = field.jsonPath();
      paths.put(path.startsWith(".") ? path.substring(1) : path, JsonPath.parse(path));
    }
    return new SelectablePaths(paths);
  }

  /// @throws ApiException 400 if objects cannot be selected by this field
  void check(String field, boolean namespaced) {
    boolean known =
        field.equals("metadata.name")
            || (namespaced && field.equals("metadata.namespace"))
            || paths.containsKey(field);
    if (!known) {
      throw ApiException.badRequest("field label not supported: " + field);
    }
  }

  /// The value of a field; empty if it is not set.
  String value(Unstructured object, String field) {
    return switch (field) {
      case "metadata.name" -> object.metadata().name();
      case "metadata.namespace" -> object.metadata().namespace();
      default -> text(object, field);
    };
  }

  private String text(Unstructured object, String field) {
    var path = paths.get(field);
    var found = path == null ? List.of() : path.find(object.content());
    return switch (found.isEmpty() ? JsonNull.NULL : found.getFirst()) {
      case JsonNull() -> "";
      case JsonString(var text) -> text;
      case Object other -> other.toString();
    };
  }
}
