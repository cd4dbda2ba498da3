package io.kubejar.api.openapi;

import io.kubejar.apimachinery.ResourceType;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Turns types of the schema into definitions of one dialect.
final class Definitions {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
  private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
  private static final String RAW = "io.k8s.apimachinery.pkg.runtime.RawExtension";
  private static final String APIEXTENSIONS =
      "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

  private final SchemaResources schema;
  private final Dialect dialect;

  Definitions(SchemaResources schema, Dialect dialect) {
    this.schema = schema;
    this.dialect = dialect;
  }

  /// All definitions of a group and version, by name, without lists.
  Map<String, JsonValue> ofGroupVersion(String groupVersion) {
    var definitions = new TreeMap<String, JsonValue>();
    var prefix = schema.openApiPrefix(groupVersion);
    schema
        .types(groupVersion)
        .forEach(
            (name, type) -> {
              if (type instanceof JsonObject facts && !isTrue(facts, "hidden")) {
                definitions.put(prefix + "." + name, type(groupVersion, name, facts));
              }
            });
    return definitions;
  }

  /// What is written in a form of its own, by name.
  Map<String, JsonValue> special() {
    var definitions = new TreeMap<String, JsonValue>();
    definitions.put(META + "Time", text("A moment, in RFC 3339 with seconds.", "date-time"));
    definitions.put(
        META + "MicroTime",
        text("A moment, in RFC 3339 with six digits of a second.", "date-time"));
    definitions.put(META + "FieldsV1", anyObject("A set of fields, as a tree of their names."));
    definitions.put(RAW, anyObject("An object of any type."));
    definitions.put(
        QUANTITY,
        oneOf("A number with a unit, such as 500m, 1.5Gi or 2e3.", "", "string", "number"));
    definitions.put(
        INT_OR_STRING, oneOf("A number or a text.", "int-or-string", "integer", "string"));
    for (var each :
        List.of(
            "JSON",
            "JSONSchemaPropsOrBool",
            "JSONSchemaPropsOrArray",
            "JSONSchemaPropsOrStringArray")) {
      definitions.put(
          APIEXTENSIONS + each, new Tree().put("description", "A part of a JSON schema.").build());
    }
    return definitions;
  }

  private static JsonObject text(String about, String format) {
    return new Tree().put("description", about).put("type", "string").put("format", format).build();
  }

  private static JsonObject anyObject(String about) {
    return new Tree().put("description", about).put("type", "object").build();
  }

  /// OpenAPI 2 knows no alternatives; there it is a text, as upstream has it.
  private JsonObject oneOf(String about, String format, String first, String second) {
    var tree = new Tree().put("description", about);
    if (!format.isEmpty()) {
      tree.put("format", format);
    }
    if (dialect == Dialect.V2) {
      return tree.put("type", "string").build();
    }
    return tree.put(
            "oneOf",
            JsonArray.of(
                new Tree().put("type", first).build(), new Tree().put("type", second).build()))
        .build();
  }

  private JsonObject type(String groupVersion, String name, JsonObject facts) {
    var properties = new TreeMap<String, JsonValue>();
    var required = new ArrayList<String>();
    facts
        .object("fields")
        .fields()
        .forEach(
            (field, value) -> {
              var description = (JsonObject) value;
              properties.put(field, property(groupVersion, description));
              if (isTrue(description, "required")) {
                required.add(field);
              }
            });
    var tree = new Tree();
    if (!facts.text("description").isEmpty()) {
      tree.put("description", facts.text("description"));
    }
    tree.put("type", "object");
    if (!properties.isEmpty()) {
      tree.put("properties", new JsonObject(properties));
    }
    if (!required.isEmpty()) {
      tree.putTexts("required", required);
    }
    if (isTrue(facts, "kind") || name.equals("WatchEvent")) {
      tree.put("x-kubernetes-group-version-kind", kinds(groupVersion, name));
    }
    if (isTrue(facts, "atomic")) {
      tree.put("x-kubernetes-map-type", "atomic");
    }
    var unions = facts.get("unions");
    if (unions != null) {
      tree.put("x-kubernetes-unions", unions);
    }
    return tree.build();
  }

  /// Every group has these two, for its own requests and watches.
  private JsonArray kinds(String groupVersion, String name) {
    var kinds = new ArrayList<JsonValue>();
    if (name.equals("DeleteOptions") || name.equals("WatchEvent")) {
      for (var each : schema.groupVersions()) {
        if (!each.equals("meta/v1")) {
          kinds.add(kind(each, name));
        }
      }
    } else {
      kinds.add(kind(groupVersion, name));
    }
    return new JsonArray(kinds);
  }

  static JsonObject kind(String groupVersion, String kind) {
    int slash = groupVersion.indexOf('/');
    var group = groupVersion.substring(0, slash);
    return new Tree()
        .put("group", group.equals("core") || group.equals("meta") ? "" : group)
        .put("version", groupVersion.substring(slash + 1))
        .put("kind", kind)
        .build();
  }

  /// The list kind of a resource.
  JsonObject list(String groupVersion, String kind) {
    return list(
        kind(groupVersion, kind + "List"), kind, item(groupVersion, kind, JsonObject.EMPTY));
  }

  /// Likewise for a custom resource.
  JsonObject customList(ResourceType<?> type, String definition) {
    var kind =
        new Tree()
            .put("group", type.gvk().group())
            .put("version", type.gvk().version())
            .put("kind", type.listKind());
    var item = new Tree().put("$ref", dialect.reference(definition)).build();
    return list(kind.build(), type.gvk().kind(), item);
  }

  private JsonObject list(JsonObject listKind, String kind, JsonObject item) {
    var properties = new TreeMap<String, JsonValue>();
    properties.put(
        "apiVersion", plain("The group and version that the list is written in.", "string"));
    properties.put("kind", plain("The type of the list.", "string"));
    properties.put(
        "items",
        new Tree()
            .put("description", "The objects.")
            .put("type", "array")
            .put("items", item)
            .build());
    properties.put(
        "metadata",
        referenceTo(META + "ListMeta", "What belongs to the list as a whole.", JsonObject.EMPTY));
    return new Tree()
        .put("description", "A list of " + kind + " objects.")
        .put("type", "object")
        .put("properties", new JsonObject(properties))
        .putTexts("required", List.of("items"))
        .put("x-kubernetes-group-version-kind", JsonArray.of(listKind))
        .build();
  }

  private static JsonObject plain(String about, String type) {
    return new Tree().put("description", about).put("type", type).build();
  }

  private JsonObject property(String groupVersion, JsonObject field) {
    var type = field.text("type");
    var about = field.text("description");
    boolean collection = type.startsWith("[") || type.startsWith("{");
    if (!collection && isReference(type)) {
      var zero = isTrue(field, "zero") && isStruct(type) ? JsonObject.EMPTY : null;
      return extensions(
              new Tree(referenceTo(definition(groupVersion, type, field), about, zero)), field)
          .build();
    }
    var tree = new Tree();
    if (!about.isEmpty()) {
      tree.put("description", about);
    }
    if (collection) {
      var item = item(groupVersion, type.substring(1, type.length() - 1), field);
      tree.put("type", type.startsWith("[") ? "array" : "object");
      tree.put(type.startsWith("[") ? "items" : "additionalProperties", item);
    } else {
      scalar(tree, type, field);
      defaultOf(tree, type, field);
    }
    return extensions(tree, field).build();
  }

  private void defaultOf(Tree tree, String type, JsonObject field) {
    var value = field.get("default");
    if (dialect == Dialect.V3 && value == null && isTrue(field, "zero")) {
      value = zero(type);
    }
    if (dialect == Dialect.V3 && value != null) {
      tree.put("default", value);
    }
  }

  private static @Nullable JsonValue zero(String type) {
    return switch (type) {
      case "string" -> JsonString.EMPTY;
      case "boolean" -> JsonBoolean.FALSE;
      case "int32", "int64", "double" -> JsonNumber.of(0);
      default -> null;
    };
  }

  private JsonObject item(String groupVersion, String type, JsonObject field) {
    if (type.startsWith("[")) {
      return new Tree()
          .put("type", "array")
          .put("items", item(groupVersion, type.substring(1, type.length() - 1), JsonObject.EMPTY))
          .build();
    }
    if (isReference(type)) {
      var definition = definition(groupVersion, type, field);
      return dialect == Dialect.V3 && isStruct(type)
          ? referenceTo(definition, "", JsonObject.EMPTY)
          : new Tree().put("$ref", dialect.reference(definition)).build();
    }
    var tree = new Tree();
    scalar(tree, type, field);
    var zero = zero(type);
    if (dialect == Dialect.V3 && zero != null) {
      tree.put("default", zero);
    }
    return tree.build();
  }

  private static void scalar(Tree tree, String type, JsonObject field) {
    switch (type) {
      case "boolean" -> tree.put("type", "boolean");
      case "int32", "int64" -> tree.put("type", "integer").put("format", type);
      case "double" -> tree.put("type", "number").put("format", "double");
      case "bytes" -> tree.put("type", "string").put("format", "byte");
      default -> tree.put("type", "string");
    }
    if (!field.text("format").isEmpty()) {
      tree.put("format", field.text("format"));
    }
    var allowed = field.get("enum");
    if (allowed != null) {
      tree.put("enum", allowed);
    }
  }

  /// OpenAPI 3 allows nothing beside a reference, so that it is wrapped.
  private JsonObject referenceTo(String definition, String about, @Nullable JsonValue zero) {
    var tree = new Tree();
    if (!about.isEmpty()) {
      tree.put("description", about);
    }
    var reference = new JsonString(dialect.reference(definition));
    if (dialect == Dialect.V2) {
      return tree.put("$ref", reference).build();
    }
    tree.put("allOf", JsonArray.of(JsonObject.of("$ref", reference)));
    if (zero != null) {
      tree.put("default", zero);
    }
    return tree.build();
  }

  private static Tree extensions(Tree tree, JsonObject field) {
    var names = new LinkedHashMap<String, String>();
    names.put("list", "x-kubernetes-list-type");
    names.put("keys", "x-kubernetes-list-map-keys");
    names.put("strategy", "x-kubernetes-patch-strategy");
    names.put("mergeKey", "x-kubernetes-patch-merge-key");
    names.forEach(
        (name, extension) -> {
          var value = field.get(name);
          if (value != null) {
            tree.put(extension, value);
          }
        });
    if (isTrue(field, "atomic")) {
      tree.put("x-kubernetes-map-type", "atomic");
    }
    if (isTrue(field, "granular")) {
      tree.put("x-kubernetes-map-type", "granular");
    }
    return tree;
  }

  private static boolean isReference(String type) {
    return switch (type) {
      case "string", "boolean", "int32", "int64", "double", "bytes" -> false;
      default -> true;
    };
  }

  private static boolean isStruct(String type) {
    return switch (type) {
      case "time", "microTime", "quantity", "intOrString", "any" -> false;
      default -> isReference(type);
    };
  }

  private String definition(String groupVersion, String type, JsonObject field) {
    return switch (type) {
      case "time" -> META + "Time";
      case "microTime" -> META + "MicroTime";
      case "quantity" -> QUANTITY;
      case "intOrString" -> INT_OR_STRING;
      case "any" -> field.text("ref");
      default -> {
        int dot = type.lastIndexOf('.');
        yield dot < 0
            ? schema.openApiPrefix(groupVersion) + "." + type
            : schema.openApiPrefix(type.substring(0, dot)) + type.substring(dot);
      }
    };
  }

  static boolean isTrue(JsonObject object, String name) {
    return object.get(name) instanceof JsonBoolean(var bool) && bool;
  }
}
