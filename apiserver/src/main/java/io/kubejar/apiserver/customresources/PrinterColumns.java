package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceColumnDefinition;
import io.kubejar.apimachinery.Codecs;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.jsonpath.JsonPath;
import io.kubejar.apimachinery.jsonpath.JsonPathFormatException;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apiserver.table.Ages;
import io.kubejar.apiserver.table.Column;
import io.kubejar.apiserver.table.TableView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The table of a version: the name, and the columns that the definition asks for, or the age if it
/// asks for none.
final class PrinterColumns {
  private static final Logger log = LoggerFactory.getLogger(PrinterColumns.class);

  private static final CustomResourceColumnDefinition AGE =
      CustomResourceColumnDefinition.EMPTY
          .withName("Age")
          .withType("date")
          .withDescription("when the object was created")
          .withJsonPath(".metadata.creationTimestamp");

  private record Cell(String type, JsonPath path) {}

  private PrinterColumns() {}

  static TableView<Unstructured> of(List<CustomResourceColumnDefinition> wanted) {
    var columns = new ArrayList<Column>();
    columns.add(Column.NAME);
    var cells = new ArrayList<Cell>();
    for (var definition : wanted.isEmpty() ? List.of(AGE) : wanted) {
      try {
        cells.add(new Cell(definition.type(), JsonPath.parse(definition.jsonPath())));
        columns.add(column(definition));
      } catch (JsonPathFormatException unreadable) {
        // As upstream: what stands behind a column that makes no sense is not shown either.
        log.warn("Column ignored. path={} why={}", definition.jsonPath(), unreadable.getMessage());
        break;
      }
    }
    return new TableView<>(columns, (object, now) -> row(cells, object, now));
  }

  private static Column column(CustomResourceColumnDefinition definition) {
    var description =
        definition.description().isEmpty()
            ? "Custom resource definition column (in JSONPath format): " + definition.jsonPath()
            : definition.description();
    return new Column(
        definition.name(),
        definition.type(),
        definition.format(),
        description,
        definition.priority());
  }

  private static List<Object> row(List<Cell> cells, Unstructured object, Instant now) {
    var tree = object.tree();
    var row = new ArrayList<Object>();
    row.add(object.metadata().name());
    for (var cell : cells) {
      var found = cell.path.find(tree);
      row.add(found.isEmpty() ? JsonNull.NULL : shown(cell.type, found.getFirst(), now));
    }
    return row;
  }

  private static JsonValue shown(String type, JsonValue value, Instant now) {
    return switch (type) {
      case "string" -> new JsonString(text(value));
      case "integer" ->
          value instanceof JsonNumber number ? JsonNumber.of(number.longValue()) : JsonNull.NULL;
      case "number" -> value instanceof JsonNumber ? value : JsonNull.NULL;
      case "boolean" -> value instanceof JsonBoolean ? value : JsonNull.NULL;
      case "date" ->
          value instanceof JsonString(var time) ? new JsonString(age(time, now)) : JsonNull.NULL;
      default -> JsonNull.NULL;
    };
  }

  private static String text(JsonValue value) {
    return switch (value) {
      case JsonString(var text) -> text;
      case JsonNumber _, JsonBoolean _ -> value.toString();
      case JsonNull() -> "<nil>";
      case JsonObject _, JsonArray _ -> JsonPrinter.print(value);
    };
  }

  private static String age(String time, Instant now) {
    if (time.isEmpty()) {
      return Ages.UNKNOWN;
    }
    try {
      return Ages.since(Codecs.TIME.fromTree(new JsonString(time)), now);
    } catch (JsonFormatException _) {
      return "<invalid>";
    }
  }
}
