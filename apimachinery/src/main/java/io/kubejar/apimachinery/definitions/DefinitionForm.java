package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A CRD in upstream's internal form: a schema, subresources, columns or selectable fields that all
/// versions share are those of the CRD and not of its versions.
///
/// @param spec as it was sent
/// @param common what the versions share, by the name it has in a version
record DefinitionForm(JsonObject spec, List<Version> versions, JsonObject common) {
  static final String SCHEMA = "schema";
  static final String SUBRESOURCES = "subresources";
  static final String COLUMNS = "additionalPrinterColumns";
  static final String SELECTABLE = "selectableFields";
  private static final List<String> SHARED = List.of(SUBRESOURCES, SCHEMA, COLUMNS, SELECTABLE);

  /// @param own the version without what is shared
  record Version(JsonObject own) {
    String name() {
      return own.text("name");
    }

    boolean storage() {
      return flag(own, "storage");
    }

    @Nullable JsonObject schema() {
      return own.get(SCHEMA) instanceof JsonObject schema ? schema : null;
    }
  }

  static DefinitionForm of(JsonObject crd) {
    var spec = crd.object("spec");
    var versions = new ArrayList<JsonObject>();
    for (var version : spec.list("versions")) {
      versions.add(version instanceof JsonObject object ? object : JsonObject.EMPTY);
    }
    var common = JsonObject.EMPTY;
    for (var name : SHARED) {
      if (!versions.isEmpty() && isShared(name, versions)) {
        var value = present(versions.getFirst(), name);
        common = value == null ? common : common.with(name, value);
        versions.replaceAll(version -> version.without(name));
      }
    }
    return new DefinitionForm(spec, versions.stream().map(Version::new).toList(), common);
  }

  private static boolean isShared(String name, List<JsonObject> versions) {
    var first = present(versions.getFirst(), name);
    return versions.stream().allMatch(version -> Objects.equals(present(version, name), first));
  }

  /// The value of a field; null if it is absent, null or an empty list.
  private static @Nullable JsonValue present(JsonObject object, String name) {
    var value = object.get(name);
    return value instanceof JsonNull || (value != null && isEmptyList(object, name, value))
        ? null
        : value;
  }

  private static boolean isEmptyList(JsonObject object, String name, JsonValue value) {
    return value instanceof io.kubejar.apimachinery.json.JsonArray && object.list(name).isEmpty();
  }

  static boolean flag(JsonObject object, String name) {
    return object.get(name) instanceof JsonBoolean(boolean value) && value;
  }

  /// The text of a field; null if it has none, which an empty text is not.
  static @Nullable String text(JsonObject object, String name) {
    return object.get(name) instanceof JsonString(var text) ? text : null;
  }

  boolean preserveUnknownFields() {
    return flag(spec, "preserveUnknownFields");
  }

  /// What all versions share under this name, if they do and if it is an object.
  @Nullable JsonObject commonObject(String name) {
    return common.get(name) instanceof JsonObject object ? object : null;
  }

  /// The `openAPIV3Schema` of a schema; null without one.
  static @Nullable JsonObject openApi(@Nullable JsonObject schema) {
    return schema != null && schema.get("openAPIV3Schema") instanceof JsonObject openApi
        ? openApi
        : null;
  }

  /// The `openAPIV3Schema` that applies to a version.
  @Nullable JsonObject schemaOf(Version version) {
    var own = version.schema();
    return openApi(own == null ? commonObject(SCHEMA) : own);
  }

  /// The subresources that apply to a version.
  @Nullable JsonObject subresourcesOf(Version version) {
    return version.own().get(SUBRESOURCES) instanceof JsonObject own
        ? own
        : commonObject(SUBRESOURCES);
  }

  /// All schemas that there are.
  List<JsonObject> schemas() {
    var schemas = new ArrayList<JsonObject>();
    var shared = openApi(commonObject(SCHEMA));
    if (shared != null) {
      schemas.add(shared);
    }
    for (var version : versions) {
      var own = openApi(version.schema());
      if (own != null) {
        schemas.add(own);
      }
    }
    return schemas;
  }

  /// The formats that values are not checked against, each as often as it occurs.
  List<String> unrecognizedFormats() {
    var formats = new ArrayList<String>();
    anySchema(
        schema -> {
          if (RawSchemas.hasUnrecognizedFormat(schema)) {
            formats.add(schema.text("format"));
          }
          return false; // To see them all.
        });
    return formats;
  }

  /// Whether a schema, or a part of one, is of this kind.
  boolean anySchema(Predicate<JsonObject> kind) {
    return schemas().stream().anyMatch(schema -> RawSchemas.any(schema, kind));
  }
}
