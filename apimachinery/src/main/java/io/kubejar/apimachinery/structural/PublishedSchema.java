package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The definition of a custom kind in the OpenAPI documents, as kubectl and other clients read it.
///
/// Version 3 says nearly all that the schema says. Version 2 has no word for alternatives and for
/// null, and its readers take a list of properties for complete: there, what is nullable or keeps
/// unknown fields loses its type or its inside.
public final class PublishedSchema {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
  private static final String EMBEDDED = "x-kubernetes-embedded-resource";
  private static final String INT_OR_STRING = "x-kubernetes-int-or-string";
  private static final JsonArray ALTERNATIVES = JsonArray.of(typed("integer"), typed("string"));

  private final boolean v2;

  private PublishedSchema(boolean v2) {
    this.v2 = v2;
  }

  /// What is published of a kind.
  ///
  /// @param schema null if there is none, or none that is structural: then nothing is said of the
  ///   fields
  /// @param preserveUnknownFields of the CRD
  /// @param selectableFields the paths that field selectors know, such as `.spec.color`
  public record Kind(
      GroupVersionKind kind,
      @Nullable StructuralSchema schema,
      boolean preserveUnknownFields,
      List<String> selectableFields) {
    public Kind {
      selectableFields = List.copyOf(selectableFields);
    }
  }

  /// The definition for a document of version 3.
  public static JsonObject v3(Kind kind) {
    return new PublishedSchema(false).definition(kind);
  }

  /// The definition for the document of version 2.
  public static JsonObject v2(Kind kind) {
    return new PublishedSchema(true).definition(kind);
  }

  private JsonObject definition(Kind kind) {
    var schema = kind.schema();
    var fields = new LinkedHashMap<String, JsonValue>();
    boolean keepsAll =
        schema != null
            && (schema.extensions().preserveUnknownFields() || kind.preserveUnknownFields());
    if (schema == null || (v2 && keepsAll)) {
      fields.put("type", new JsonString("object")); // Properties would be taken for complete.
    } else {
      fields.putAll(published(schema).fields());
      addMetaFields(fields);
    }
    var names = new LinkedHashMap<String, JsonValue>();
    names.put("group", new JsonString(kind.kind().group()));
    names.put("version", new JsonString(kind.kind().version()));
    names.put("kind", new JsonString(kind.kind().kind()));
    fields.put("x-kubernetes-group-version-kind", JsonArray.of(new JsonObject(names)));
    if (!kind.selectableFields().isEmpty()) {
      fields.put("x-kubernetes-selectable-fields", selectable(kind.selectableFields()));
    }
    return new JsonObject(fields);
  }

  private static JsonArray selectable(List<String> paths) {
    var fields = new ArrayList<JsonValue>();
    for (var path : paths) {
      var name = path.startsWith(".") ? path.substring(1) : path;
      fields.add(JsonObject.of("fieldPath", new JsonString(name)));
    }
    return new JsonArray(fields);
  }

  private void addMetaFields(Map<String, JsonValue> fields) {
    var properties =
        new LinkedHashMap<>(
            fields.get("properties") instanceof JsonObject(var known) ? known : Map.of());
    properties.put(
        "apiVersion",
        described("APIVersion defines the group and version that the object is written in."));
    properties.put("kind", described("The type of the object."));
    properties.put("metadata", metadata());
    fields.put("properties", new JsonObject(properties));
  }

  private static JsonObject described(String description) {
    return new JsonObject(
        Map.of("description", new JsonString(description), "type", new JsonString("string")));
  }

  /// OpenAPI 3 allows nothing beside a reference, so that it is wrapped there.
  private JsonObject metadata() {
    var description =
        JsonObject.of(
            "description",
            new JsonString(
                "Standard object's metadata: its name, its labels and what else every object"
                    + " has."));
    var reference = new JsonString((v2 ? "#/definitions/" : "#/components/schemas/") + META);
    return v2
        ? description.with("$ref", reference)
        : description.with("allOf", JsonArray.of(JsonObject.of("$ref", reference)));
  }

  private static JsonObject typed(String type) {
    return JsonObject.of("type", new JsonString(type));
  }

  /// A part of the structure.
  private JsonObject published(StructuralSchema schema) {
    var out = new Fields();
    var generic = schema.generic();
    var extensions = schema.extensions();
    boolean vague = v2 && (generic.nullable() || extensions.preserveUnknownFields());
    var items = vague ? null : schema.items();
    out.text("description", generic.description());
    out.text("title", generic.title());
    out.text("type", type(schema, items != null));
    out.flag("nullable", generic.nullable() && !v2);
    if (!v2) {
      out.value("default", generic.defaultValue());
    }
    out.value("externalDocs", generic.externalDocs());
    out.value("example", generic.example());
    extensions(out, extensions);
    rules(out, schema.rules());
    out.value("items", items == null ? null : published(items));
    properties(out, schema, vague);
    values(out, schema, vague);
    if (extensions.embeddedResource() && !(v2 && extensions.preserveUnknownFields())) {
      addMetaFields(out.fields);
      out.fields.put("required", withVersion(out.fields.get("required")));
    }
    return new JsonObject(out.fields);
  }

  /// Readers of version 2 cannot bear a list whose items are not known, nor an object with unknown
  /// fields.
  private String type(StructuralSchema schema, boolean hasItems) {
    var type = schema.type();
    boolean dropped =
        schema.generic().nullable()
            || (type.equals("array") && !hasItems)
            || (type.equals("object") && schema.extensions().preserveUnknownFields());
    return v2 && dropped ? "" : type;
  }

  private void properties(Fields out, StructuralSchema schema, boolean vague) {
    if (!vague && !schema.properties().isEmpty()) {
      var properties = new LinkedHashMap<String, JsonValue>();
      schema.properties().forEach((name, property) -> properties.put(name, published(property)));
      out.value("properties", new JsonObject(properties));
    }
    var additional = schema.additional();
    if (additional != null) {
      out.value(
          "additionalProperties",
          additional.schema() == null
              ? JsonBoolean.of(additional.allowed())
              : published(additional.schema()));
    }
  }

  private static JsonArray withVersion(@Nullable JsonValue required) {
    var names = new ArrayList<>(required instanceof JsonArray(var known) ? known : List.of());
    for (var name : List.of(new JsonString("kind"), new JsonString("apiVersion"))) {
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    return new JsonArray(names);
  }

  private static void extensions(Fields out, StructuralSchema.Extensions extensions) {
    out.flag(PRESERVE, extensions.preserveUnknownFields());
    out.flag(EMBEDDED, extensions.embeddedResource());
    out.flag(INT_OR_STRING, extensions.intOrString());
    out.texts("x-kubernetes-list-map-keys", extensions.listMapKeys());
    out.text("x-kubernetes-list-type", extensions.listType());
    out.text("x-kubernetes-map-type", extensions.mapType());
  }

  private static void rules(Fields out, List<ValidationRule> rules) {
    var published = new ArrayList<JsonValue>();
    for (var rule : rules) {
      var fields = new Fields();
      fields.fields.put("rule", new JsonString(rule.rule()));
      fields.text("message", rule.message());
      fields.text("messageExpression", rule.messageExpression());
      fields.text("reason", rule.reason());
      fields.text("fieldPath", rule.fieldPath());
      fields.value(
          "optionalOldSelf",
          rule.optionalOldSelf() == null ? null : JsonBoolean.of(rule.optionalOldSelf()));
      published.add(new JsonObject(fields.fields));
    }
    out.list("x-kubernetes-validations", published);
  }

  /// What restricts the values of a part of the structure.
  private void values(Fields out, StructuralSchema schema, boolean vague) {
    var validation = schema.validation();
    bounds(out, validation);
    out.texts("required", required(schema, vague));
    if (v2) {
      return;
    }
    branches(out, validation);
    if (schema.extensions().intOrString()
        && !StructuralChecks.isIntOrStringAnyOf(schema)
        && !StructuralChecks.isIntOrStringAllOf(schema)) {
      sayAlternatives(out);
    }
  }

  /// In version 2, what may be null need not be there.
  private List<String> required(StructuralSchema schema, boolean vague) {
    var required = schema.validation().required();
    if (!v2) {
      return required;
    }
    var values = schema.additionalSchema();
    if (values != null && values.generic().nullable()) {
      return List.of();
    }
    return required.stream()
        .filter(
            name -> {
              var property = schema.properties().get(name);
              return vague || property == null || !property.generic().nullable();
            })
        .toList();
  }

  /// Clients do not know the extension, but they know alternatives.
  private static void sayAlternatives(Fields out) {
    if (out.fields.putIfAbsent("anyOf", ALTERNATIVES) != null) {
      var all = new ArrayList<JsonValue>(List.of(JsonObject.of("anyOf", ALTERNATIVES)));
      if (out.fields.get("allOf") instanceof JsonArray(var others)) {
        all.addAll(others);
      }
      out.list("allOf", all);
    }
  }

  private static void bounds(Fields out, ValueValidation validation) {
    out.text("format", validation.format());
    out.number("maximum", validation.maximum());
    out.flag("exclusiveMaximum", validation.exclusiveMaximum());
    out.number("minimum", validation.minimum());
    out.flag("exclusiveMinimum", validation.exclusiveMinimum());
    out.count("maxLength", validation.maxLength());
    out.count("minLength", validation.minLength());
    out.text("pattern", validation.pattern());
    out.count("maxItems", validation.maxItems());
    out.count("minItems", validation.minItems());
    out.flag("uniqueItems", validation.uniqueItems());
    out.number("multipleOf", validation.multipleOf());
    out.list("enum", validation.enumeration());
    out.count("maxProperties", validation.maxProperties());
    out.count("minProperties", validation.minProperties());
  }

  private void branches(Fields out, ValueValidation validation) {
    out.list("allOf", branches(validation.allOf()));
    out.list("anyOf", branches(validation.anyOf()));
    out.list("oneOf", branches(validation.oneOf()));
    out.value("not", validation.not() == null ? null : branch(validation.not()));
  }

  private List<JsonValue> branches(List<StructuralSchema> branches) {
    var published = new ArrayList<JsonValue>();
    branches.forEach(branch -> published.add(branch(branch)));
    return published;
  }

  /// A branch restricts values, of what is inside as well.
  private JsonObject branch(StructuralSchema branch) {
    var out = new Fields();
    out.text("type", branch.type());
    bounds(out, branch.validation());
    out.texts("required", branch.validation().required());
    branches(out, branch.validation());
    out.value("items", branch.items() == null ? null : branch(branch.items()));
    if (!branch.properties().isEmpty()) {
      var properties = new LinkedHashMap<String, JsonValue>();
      branch.properties().forEach((name, property) -> properties.put(name, branch(property)));
      out.value("properties", new JsonObject(properties));
    }
    return new JsonObject(out.fields);
  }

  /// Fields of an object, without those that say nothing.
  private static final class Fields {
    private final Map<String, JsonValue> fields = new LinkedHashMap<>();

    void value(String name, @Nullable JsonValue value) {
      if (value != null) {
        fields.put(name, value);
      }
    }

    void text(String name, @Nullable String text) {
      value(name, text == null || text.isEmpty() ? null : new JsonString(text));
    }

    void flag(String name, boolean flag) {
      value(name, flag ? JsonBoolean.TRUE : null);
    }

    void number(String name, @Nullable Double number) {
      value(name, number == null ? null : JsonNumber.of(number));
    }

    void count(String name, @Nullable Long count) {
      value(name, count == null ? null : JsonNumber.of(count));
    }

    void list(String name, List<JsonValue> values) {
      value(name, values.isEmpty() ? null : new JsonArray(values));
    }

    void texts(String name, List<String> texts) {
      var values = new ArrayList<JsonValue>();
      texts.forEach(text -> values.add(new JsonString(text)));
      list(name, values);
    }
  }
}
