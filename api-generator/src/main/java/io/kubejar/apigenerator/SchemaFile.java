package io.kubejar.apigenerator;

import io.kubejar.apigenerator.SchemaType.SchemaResource;
import io.kubejar.apigenerator.SchemaType.SchemaSubresource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// One file of the schema: a group and version with its types.
///
/// @param label the first label of the group, `core` for the one without a name; the directory of
///   the file
/// @param openApi what the names of the types begin with in OpenAPI documents
record SchemaFile(
    String label, String group, String version, String openApi, Map<String, SchemaType> types) {
  private static final int LARGEST_FILE = 16 << 20;

  static SchemaFile read(Path path) throws IOException {
    var settings = LoadSettings.builder().setLabel(path.toString()).setCodePointLimit(LARGEST_FILE);
    var root = map(new Load(settings.build()).loadFromString(Files.readString(path)));
    var file =
        new SchemaFile(
            path.getName(path.getNameCount() - 2).toString(),
            text(root, "group"),
            text(root, "version"),
            text(root, "openapi"),
            new LinkedHashMap<>());
    map(root.get("types"))
        .forEach((name, type) -> file.types.put(name, file.type(name, map(type))));
    return file;
  }

  private SchemaType type(String name, Map<String, Object> facts) {
    var fields = new ArrayList<SchemaField>();
    map(facts.get("fields")).forEach((json, field) -> fields.add(field(json, map(field))));
    return new SchemaType(
        this,
        name,
        text(facts, "about"),
        Boolean.TRUE.equals(facts.get("kind")),
        facts.containsKey("resource")
            ? resource(map(facts.get("resource")), map(facts.get("subresources")))
            : null,
        facts,
        List.copyOf(fields));
  }

  private SchemaResource resource(Map<String, Object> facts, Map<String, Object> subresources) {
    var parts = new ArrayList<SchemaSubresource>();
    subresources.forEach(
        (name, value) -> {
          var part = map(value);
          parts.add(
              new SchemaSubresource(
                  name,
                  part.getOrDefault("responseGroup", group).toString(),
                  part.getOrDefault("responseVersion", version).toString(),
                  text(part, "kind"),
                  texts(part.get("verbs"))));
        });
    return new SchemaResource(
        text(facts, "plural"),
        text(facts, "singular"),
        Boolean.TRUE.equals(facts.get("namespaced")),
        texts(facts.get("short")),
        texts(facts.get("categories")),
        texts(facts.get("verbs")),
        Boolean.TRUE.equals(facts.get("returnsDeleted")),
        parts);
  }

  private static SchemaField field(String json, Map<String, Object> facts) {
    var shape =
        facts.containsKey("list")
            ? SchemaField.Shape.LIST
            : facts.containsKey("map") ? SchemaField.Shape.MAP : SchemaField.Shape.ONE;
    var type =
        text(
            facts,
            shape == SchemaField.Shape.ONE
                ? "type"
                : shape.name().toLowerCase(java.util.Locale.ROOT));
    return new SchemaField(
        json,
        Arrays.stream(text(facts, "n").split("\\.", -1)).map(Integer::valueOf).toList(),
        shape,
        type,
        Boolean.TRUE.equals(facts.get("ptr")),
        Boolean.TRUE.equals(facts.get("always")),
        Boolean.TRUE.equals(facts.get("zero")),
        facts);
  }

  String javaPackage() {
    return JavaNames.javaPackage(label, version);
  }

  /// `v1` for the core group, else `group/version`.
  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  @SuppressWarnings("unchecked") // The keys of the schema are texts.
  static Map<String, Object> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  static String text(Map<String, Object> map, String name) {
    var value = map.get(name);
    return value == null ? "" : value.toString();
  }

  static List<String> texts(@Nullable Object value) {
    return value == null ? List.of() : ((List<?>) value).stream().map(Object::toString).toList();
  }
}
