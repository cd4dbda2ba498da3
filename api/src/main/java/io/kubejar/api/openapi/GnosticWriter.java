package io.kubejar.api.openapi;

import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Writes the parts of a document of OpenAPI 2 in the protobuf form that Go clients ask for, as
/// `OpenAPIv2.proto` of gnostic numbers them. What the served documents never contain is not
/// written.
///
/// The writer fills its buffer from the end: fields and items are written last one first.
final class GnosticWriter {
  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch");
  private static final String EXTENSION = "x-";

  private final ProtobufWriter out = new ProtobufWriter();

  private GnosticWriter() {}

  /// A path as it stands among all paths.
  static byte[] namedPath(String name, JsonObject path) {
    var writer = new GnosticWriter();
    writer.message(
        2, JsonObject.of(name, path), (_, item) -> writer.message(2, () -> writer.path(item)));
    return writer.out.bytes();
  }

  /// A definition as it stands among all definitions.
  static byte[] namedDefinition(String name, JsonObject definition) {
    var writer = new GnosticWriter();
    writer.message(
        1,
        JsonObject.of(name, definition),
        (_, item) -> writer.message(2, () -> writer.schema(item)));
    return writer.out.bytes();
  }

  /// What comes before the paths of a document.
  static byte[] head(String version, JsonObject info) {
    var writer = new GnosticWriter();
    writer.message(
        2,
        () -> {
          writer.text(2, info.text("version"));
          writer.text(1, info.text("title"));
        });
    writer.text(1, version);
    return writer.out.bytes();
  }

  /// What comes after its definitions.
  static byte[] tail(JsonObject document) {
    var writer = new GnosticWriter();
    writer.security(document);
    return writer.out.bytes();
  }

  private void security(JsonObject document) {
    int definitions = out.size();
    message(
        1,
        document.object("securityDefinitions"),
        (name, item) -> message(2, () -> message(2, () -> apiKey(item))));
    out.endMessage(13, definitions);
    for (var requirement : document.list("security").reversed()) {
      int mark = out.size();
      message(1, (JsonObject) requirement, (name, scopes) -> message(2, () -> {}));
      out.endMessage(12, mark);
    }
  }

  private void apiKey(JsonObject security) {
    text(4, security.text("description"));
    text(3, security.text("in"));
    text(2, security.text("name"));
    text(1, security.text("type"));
  }

  private void path(JsonObject path) {
    parameters(9, path);
    for (int i = METHODS.size() - 1; i >= 0; i--) {
      if (path.get(METHODS.get(i)) instanceof JsonObject operation) {
        message(i + 2, () -> operation(operation));
      }
    }
  }

  private void operation(JsonObject operation) {
    extensions(13, operation);
    texts(10, operation.list("schemes"));
    message(
        9,
        () ->
            message(
                1,
                operation.object("responses"),
                (code, answer) -> message(2, () -> message(1, () -> response(answer)))));
    parameters(8, operation);
    texts(7, operation.list("consumes"));
    texts(6, operation.list("produces"));
    text(5, operation.text("operationId"));
    text(3, operation.text("description"));
    texts(1, operation.list("tags"));
  }

  private void response(JsonObject response) {
    if (response.get("schema") instanceof JsonObject schema) {
      message(2, () -> message(1, () -> schema(schema)));
    }
    text(1, response.text("description"));
  }

  private void parameters(int field, JsonObject owner) {
    for (var each : owner.list("parameters").reversed()) {
      var parameter = (JsonObject) each;
      message(field, () -> message(1, () -> parameter(parameter)));
    }
  }

  private void parameter(JsonObject parameter) {
    var in = parameter.text("in");
    if (in.equals("body")) {
      message(
          1,
          () -> {
            message(5, () -> schema(parameter.object("schema")));
            flag(4, parameter, "required");
            text(3, in);
            text(2, parameter.text("name"));
            text(1, parameter.text("description"));
          });
      return;
    }
    // The number of the type differs: only parameters of a query may be without a value.
    boolean query = in.equals("query");
    message(
        2,
        () ->
            message(
                query ? 3 : 4,
                () -> {
                  flag(query ? 20 : 19, parameter, "uniqueItems");
                  text(query ? 6 : 5, parameter.text("type"));
                  text(4, parameter.text("name"));
                  text(3, parameter.text("description"));
                  text(2, in);
                  flag(1, parameter, "required");
                }));
  }

  private void schema(JsonObject schema) {
    extensions(31, schema);
    if (schema.get("properties") instanceof JsonObject properties) {
      message(25, () -> message(1, properties, (name, item) -> message(2, () -> schema(item))));
    }
    if (schema.get("items") instanceof JsonObject items) {
      message(23, () -> message(1, () -> schema(items)));
    }
    if (schema.get("type") instanceof JsonString(var type)) {
      message(22, () -> text(1, type));
    }
    switch (schema.get("additionalProperties")) {
      case JsonObject more -> message(21, () -> message(1, () -> schema(more)));
      case JsonBoolean(var any) -> message(21, () -> out.bool(2, any));
      case null, default -> {}
    }
    for (var each : schema.list("enum").reversed()) {
      message(20, () -> any(each));
    }
    texts(19, schema.list("required"));
    var value = schema.get("default");
    if (value != null) {
      message(5, () -> any(value));
    }
    text(4, schema.text("description"));
    text(3, schema.text("title"));
    text(2, schema.text("format"));
    text(1, schema.text("$ref"));
  }

  private void extensions(int field, JsonObject owner) {
    for (var each : reversed(owner)) {
      if (each.getKey().startsWith(EXTENSION)) {
        message(
            field,
            () -> {
              message(2, () -> any(each.getValue()));
              text(1, each.getKey());
            });
      }
    }
  }

  /// A value of any type is written as YAML, which JSON is.
  private void any(JsonValue value) {
    text(2, JsonPrinter.print(value));
  }

  private void text(int field, String text) {
    if (!text.isEmpty()) {
      out.string(field, text);
    }
  }

  private void texts(int field, List<JsonValue> texts) {
    for (var each : texts.reversed()) {
      if (each instanceof JsonString(var text)) {
        out.string(field, text);
      }
    }
  }

  private void flag(int field, JsonObject owner, String name) {
    if (Definitions.isTrue(owner, name)) {
      out.bool(field, true);
    }
  }

  private void message(int field, Runnable content) {
    int mark = out.size();
    content.run();
    out.endMessage(field, mark);
  }

  /// Each entry of an object as a message of name and value.
  private void message(int field, JsonObject entries, NamedWriter value) {
    for (var each : reversed(entries)) {
      int mark = out.size();
      value.write(
          each.getKey(), each.getValue() instanceof JsonObject object ? object : JsonObject.EMPTY);
      out.string(1, each.getKey());
      out.endMessage(field, mark);
    }
  }

  private static List<Map.Entry<String, JsonValue>> reversed(JsonObject object) {
    return new ArrayList<>(object.fields().entrySet()).reversed();
  }

  /// Writes what belongs to a name.
  private interface NamedWriter {
    void write(String name, JsonObject value);
  }
}
