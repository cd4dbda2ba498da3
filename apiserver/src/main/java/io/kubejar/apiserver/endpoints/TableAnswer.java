package io.kubejar.apiserver.endpoints;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.apiserver.table.Column;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;

/// Objects as rows of cells, the way kubectl prints them.
record TableAnswer<T extends KubernetesObject>(
    Strategy<T> strategy, InstantSource clock, Query query) {

  private static final String ROWS = "rows";

  /// @param noHeaders whether the columns have been told already
  JsonObject table(List<T> objects, JsonObject metadata, boolean noHeaders) {
    var rows = rows();
    return head(metadata, noHeaders)
        .with(
            ROWS,
            new JsonArray(
                strategy.table().ordered(objects).stream().<JsonValue>map(rows).toList()));
  }

  /// A table that is told row by row.
  ///
  /// @throws ApiException 400 if the query asks for something of the objects that rows cannot have
  TextList<T> list(List<T> objects, JsonObject metadata) {
    return new TextList<>(
        head(metadata, false),
        ROWS,
        strategy.table().ordered(objects),
        rows().andThen(JsonPrinter::printUtf8),
        1);
  }

  private JsonObject head(JsonObject metadata, boolean noHeaders) {
    var columns =
        noHeaders
            ? List.<JsonValue>of()
            : strategy.table().columns().stream().map(TableAnswer::definition).toList();
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("kind", new JsonString("Table"));
    fields.put("apiVersion", new JsonString(MetadataOnly.API_VERSION));
    fields.put("metadata", metadata);
    fields.put("columnDefinitions", new JsonArray(columns));
    return new JsonObject(fields);
  }

  /// Makes rows; all their ages are as of now.
  private Function<T, JsonObject> rows() {
    var included = included();
    var now = clock.instant();
    return object -> row(object, included, now);
  }

  private JsonObject row(T object, Included included, Instant now) {
    var row = new LinkedHashMap<String, JsonValue>();
    var cells = strategy.table().row(object, now).stream().map(TableAnswer::cell).toList();
    row.put("cells", new JsonArray(cells));
    var conditions = conditions(object);
    if (!conditions.isEmpty()) {
      row.put("conditions", new JsonArray(conditions));
    }
    switch (included) {
      case NONE -> {}
      case METADATA -> row.put("object", MetadataOnly.tree(object));
      case OBJECT -> row.put("object", strategy.type().codec().toTree(object));
    }
    return new JsonObject(row);
  }

  /// What a row has of its object.
  private enum Included {
    NONE,
    METADATA,
    OBJECT
  }

  private Included included() {
    var wanted = query.firstOr("includeObject", "");
    return switch (wanted) {
      case "None" -> Included.NONE;
      case "", "Metadata" -> Included.METADATA;
      case "Object" -> Included.OBJECT;
      default ->
          throw ApiException.badRequest("unrecognized includeObject value: \"" + wanted + "\"");
    };
  }

  /// Completed pods are marked, so that clients may grey them out.
  private static List<JsonValue> conditions(KubernetesObject object) {
    if (!(object instanceof Pod pod)) {
      return List.of();
    }
    var phase = pod.status().phase();
    if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
      return List.of();
    }
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("type", new JsonString("Completed"));
    fields.put("status", new JsonString("True"));
    fields.put("reason", new JsonString(phase));
    fields.put(
        "message",
        new JsonString(
            phase.equals("Succeeded") ? "The pod has completed successfully." : "The pod failed."));
    return List.of(new JsonObject(fields));
  }

  private static JsonValue cell(Object cell) {
    return switch (cell) {
      case JsonValue json -> json;
      case Number number -> JsonNumber.of(number.longValue());
      case Boolean truth -> JsonBoolean.of(truth);
      default -> new JsonString(String.valueOf(cell));
    };
  }

  private static JsonValue definition(Column column) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("name", new JsonString(column.name()));
    fields.put("type", new JsonString(column.type()));
    fields.put("format", new JsonString(column.format()));
    fields.put("description", new JsonString(column.description()));
    fields.put("priority", JsonNumber.of(column.priority()));
    return new JsonObject(fields);
  }
}
