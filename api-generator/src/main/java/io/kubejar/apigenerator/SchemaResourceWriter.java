package io.kubejar.apigenerator;

import io.kubejar.apigenerator.SchemaField.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the description of types that is read at run time: for patches, server-side apply, and
/// OpenAPI documents.
final class SchemaResourceWriter {
  /// Types whose form in JSON is not that of their fields.
  private static final List<String> FREE_FORM =
      List.of(
          "raw",
          "meta.v1.FieldsV1",
          "FieldsV1",
          "JSON",
          "JSONSchemaPropsOrBool",
          "JSONSchemaPropsOrArray",
          "JSONSchemaPropsOrStringArray");

  private final SchemaFile file;
  private final Map<String, SchemaFile> files;
  private final StringBuilder out = new StringBuilder();

  private SchemaResourceWriter(SchemaFile file, Map<String, SchemaFile> files) {
    this.file = file;
    this.files = files;
  }

  /// @param files by label and version, such as `core.v1`
  static String write(SchemaFile file, Map<String, SchemaFile> files) {
    var writer = new SchemaResourceWriter(file, files);
    writer.document();
    return writer.out.toString();
  }

  static String name(SchemaFile file) {
    return (file.group().isEmpty() ? file.label() : file.group()) + "/" + file.version();
  }

  private void document() {
    out.append("{\"openapi\":").append(quote(file.openApi())).append(",\"types\":{");
    boolean first = true;
    for (var type : file.types().values()) {
      out.append(first ? "\n" : ",\n").append(quote(type.name())).append(":{");
      first = false;
      type(type);
      out.append('}');
    }
    out.append("\n}}\n");
  }

  private void type(SchemaType type) {
    out.append("\"description\":").append(quote(type.about()));
    if ("atomic".equals(type.facts().get("mapType"))) {
      out.append(",\"atomic\":true");
    }
    if (type.hidden()) {
      out.append(",\"hidden\":true");
    }
    if (type.kind()) {
      out.append(",\"kind\":true");
    }
    if (type.facts().containsKey("unions")) {
      out.append(",\"unions\":");
      json(type.facts().get("unions"));
    }
    out.append(",\"fields\":{");
    boolean first = true;
    if (type.kind()) {
      out.append(
          "\n"
              + " \"apiVersion\":{\"type\":\"string\",\"description\":\"The group and version that"
              + " the object is written in.\"},\n"
              + " \"kind\":{\"type\":\"string\",\"description\":\"The type of the object.\"}");
      first = false;
    }
    for (var field : type.fields()) {
      out.append(first ? "\n " : ",\n ").append(quote(field.json())).append(":{");
      first = false;
      field(field);
      out.append('}');
    }
    out.append('}');
  }

  private void field(SchemaField field) {
    out.append("\"type\":").append(quote(typeName(field)));
    if (FREE_FORM.contains(field.type())) {
      put("ref", freeForm(field.type()));
    }
    if (field.flag("required")) {
      out.append(",\"required\":true");
    }
    if (!field.pointer() && (field.always() || isStruct(field))) {
      out.append(",\"zero\":true"); // OpenAPI gives such a field its zero value as a default.
    }
    put("list", field.fact("listType"));
    put("keys", field.fact("keys"));
    if ("atomic".equals(field.fact("mapType"))) {
      out.append(",\"atomic\":true");
    }
    if ("granular".equals(field.fact("mapType"))) {
      out.append(",\"granular\":true"); // Though the type may be atomic elsewhere.
    }
    put("strategy", field.fact("patch"));
    put("mergeKey", field.fact("patchKey"));
    put("enum", field.fact("enum"));
    put("default", field.fact("default"));
    put("format", field.fact("format"));
    if (!field.about().isEmpty()) {
      put("description", field.about());
    }
  }

  private static boolean isStruct(SchemaField field) {
    return field.shape() == Shape.ONE
        && switch (field.type()) {
          case "string", "bool", "int32", "int64", "double", "bytes", "wrappedStrings" -> false;
          default -> true;
        };
  }

  /// The name that OpenAPI has for a free form.
  private String freeForm(String type) {
    return switch (type) {
      case "raw" -> "io.k8s.apimachinery.pkg.runtime.RawExtension";
      case "meta.v1.FieldsV1", "FieldsV1" -> "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1";
      default -> file.openApi() + "." + type;
    };
  }

  private String typeName(SchemaField field) {
    var name =
        switch (field.type()) {
          case "bool" -> "boolean";
          case "wrappedStrings" -> "[string]";
          default -> FREE_FORM.contains(field.type()) ? "any" : reference(field.type());
        };
    return switch (field.shape()) {
      case ONE -> name;
      case LIST -> "[" + name + "]";
      case MAP -> "{" + name + "}";
    };
  }

  private String reference(String type) {
    var parts = type.split("\\.", -1);
    if (parts.length == 1) {
      return type;
    }
    var owner = files.get(parts[0] + "." + parts[1]);
    if (owner == null) {
      throw new IllegalArgumentException("no schema of " + type);
    }
    return name(owner) + "." + parts[2];
  }

  private void put(String name, @Nullable Object value) {
    if (value != null) {
      out.append(",\"").append(name).append("\":");
      json(value);
    }
  }

  private void json(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Boolean bool -> out.append(bool);
      case Number number -> out.append(number);
      case List<?> list -> {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
          out.append(i == 0 ? "" : ",");
          json(list.get(i));
        }
        out.append(']');
      }
      case Map<?, ?> map -> {
        out.append('{');
        boolean first = true;
        for (var entry : map.entrySet()) {
          out.append(first ? "" : ",").append(quote(entry.getKey().toString())).append(':');
          first = false;
          json(entry.getValue());
        }
        out.append('}');
      }
      default -> out.append(quote(value.toString()));
    }
  }

  private static String quote(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      if (c < ' ') {
        throw new IllegalArgumentException("control character in: " + text);
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
