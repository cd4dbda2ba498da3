package io.kubejar.api.openapi;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The OpenAPI documents of the built-in resources. Made when first asked for, then kept.
public final class OpenApi {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

  /// Where metadata is defined, and scale.
  private static final List<String> SHARED = List.of("meta/v1", "autoscaling/v1");

  private final SchemaResources schema = new SchemaResources();
  private final Map<String, byte[]> v3 = new ConcurrentHashMap<>();
  private @Nullable SwaggerPart builtIn;

  /// The paths of the documents of version 3, each with a text that changes when the document does:
  /// `api/v1`, `apis/apps/v1`.
  public Map<String, String> v3Hashes() {
    var hashes = new TreeMap<String, String>();
    for (var each : BuiltInResources.all()) {
      hashes.computeIfAbsent(path(each.gvk()), _ -> hash(groupVersion(each.gvk())));
    }
    return hashes;
  }

  /// The document of a path of [#v3Hashes].
  public Optional<byte[]> v3(String path) {
    var types =
        BuiltInResources.all().stream().filter(each -> path(each.gvk()).equals(path)).toList();
    if (types.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(v3.computeIfAbsent(path, _ -> JsonPrinter.printUtf8(v3Document(types))));
  }

  /// The answer of `/openapi/v3`.
  public static JsonObject v3Index(Map<String, String> hashes) {
    var paths = new Tree();
    hashes.forEach(
        (path, hash) ->
            paths.put(
                path,
                new Tree().put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash)));
    return new Tree().put("paths", paths).build();
  }

  private JsonObject v3Document(List<ResourceType<?>> types) {
    var all = definitions(Dialect.V3);
    var operations = new Operations(Dialect.V3, this::definition);
    var paths = new TreeMap<String, JsonValue>();
    for (var type : types) {
      paths.putAll(operations.paths(type));
    }
    var pathTree = new JsonObject(paths);
    return v3Document(pathTree, reachable(pathTree, all));
  }

  /// The document of custom resources of one group and version.
  ///
  /// @param types the resources
  /// @param schemas their definitions, by the name that [#customDefinition] gives
  public JsonObject v3Custom(List<ResourceType<?>> types, Map<String, JsonObject> schemas) {
    var lists = new Definitions(schema, Dialect.V3);
    var all = shared(lists);
    all.putAll(schemas);
    var operations = new Operations(Dialect.V3, this::nameOf);
    var paths = new TreeMap<String, JsonValue>();
    for (var type : types) {
      paths.putAll(operations.paths(type));
      all.put(customDefinition(listOf(type)), lists.customList(type, customDefinition(type.gvk())));
    }
    var pathTree = new JsonObject(paths);
    return v3Document(pathTree, reachable(pathTree, all));
  }

  /// The definitions of built-in kinds that those of custom ones may lead to.
  private Map<String, JsonValue> shared(Definitions maker) {
    var all = new TreeMap<>(maker.special());
    SHARED.forEach(groupVersion -> all.putAll(maker.ofGroupVersion(groupVersion)));
    return all;
  }

  /// What upstream calls the definition of a custom kind: the labels of the group backwards.
  public static String customDefinition(GroupVersionKind kind) {
    var labels = List.of(kind.group().split("\\.", -1)).reversed();
    return String.join(".", labels) + "." + kind.version() + "." + kind.kind();
  }

  /// Operations on custom resources speak of custom kinds, but scale is what it is everywhere.
  private String nameOf(GroupVersionKind kind) {
    return kind.group().equals("autoscaling") ? definition(kind) : customDefinition(kind);
  }

  private static JsonObject v3Document(JsonObject paths, JsonObject schemas) {
    return new Tree()
        .put("openapi", "3.0.0")
        .put("info", new Tree().put("title", "Kubernetes").put("version", "v1.36.0"))
        .put("paths", paths)
        .put(
            "components",
            new Tree().put("schemas", schemas).put("securitySchemes", securitySchemes()))
        .build();
  }

  /// What the built-in resources contribute to the document of version 2. Made once.
  public synchronized SwaggerPart v2() {
    var known = builtIn;
    if (known == null) {
      var operations = new Operations(Dialect.V2, this::definition);
      var paths = new TreeMap<String, JsonValue>();
      for (var type : BuiltInResources.all()) {
        paths.putAll(operations.paths(type));
      }
      known = SwaggerPart.of(paths, definitions(Dialect.V2));
      builtIn = known;
    }
    return known;
  }

  /// What a custom resource contributes to the document of version 2.
  ///
  /// @param definition of its kind
  public SwaggerPart v2Custom(ResourceType<?> type, JsonObject definition) {
    var name = customDefinition(type.gvk());
    var definitions = new TreeMap<String, JsonValue>();
    definitions.put(name, definition);
    definitions.put(
        customDefinition(listOf(type)), new Definitions(schema, Dialect.V2).customList(type, name));
    return SwaggerPart.of(new Operations(Dialect.V2, this::nameOf).paths(type), definitions);
  }

  static JsonObject securitySchemes() {
    return new Tree()
        .put(
            "BearerToken",
            new Tree()
                .put("description", "A token in the Authorization header.")
                .put("type", "apiKey")
                .put("name", "authorization")
                .put("in", "header"))
        .build();
  }

  private Map<String, JsonValue> definitions(Dialect dialect) {
    var maker = new Definitions(schema, dialect);
    var all = new TreeMap<>(maker.special());
    for (var groupVersion : schema.groupVersions()) {
      all.putAll(maker.ofGroupVersion(groupVersion));
    }
    for (var each : BuiltInResources.all()) {
      if (each.allows("list")) {
        all.put(definition(listOf(each)), maker.list(groupVersion(each.gvk()), each.gvk().kind()));
      }
    }
    return all;
  }

  private static GroupVersionKind listOf(ResourceType<?> type) {
    return new GroupVersionKind(type.gvk().group(), type.gvk().version(), type.listKind());
  }

  private String definition(GroupVersionKind kind) {
    return schema.openApiPrefix(groupVersion(kind)) + "." + kind.kind();
  }

  private static String groupVersion(GroupVersionKind kind) {
    return (kind.group().isEmpty() ? "core" : kind.group()) + "/" + kind.version();
  }

  /// The path of the document that a kind is in, such as `apis/apps/v1`.
  public static String path(GroupVersionKind kind) {
    return Operations.root(kind.group(), kind.version()).substring(1);
  }

  /// Only what a document's paths lead to.
  private static JsonObject reachable(JsonValue from, Map<String, JsonValue> all) {
    var found = new LinkedHashMap<String, JsonValue>();
    var open = new TreeSet<String>();
    references(from, open);
    open.add(META + "WatchEvent");
    while (!open.isEmpty()) {
      var name = open.pollFirst();
      var definition = all.get(name);
      if (definition != null && found.putIfAbsent(name, definition) == null) {
        references(definition, open);
      }
    }
    return new JsonObject(new TreeMap<>(found));
  }

  private static void references(JsonValue tree, Set<String> into) {
    switch (tree) {
      case JsonObject object ->
          object
              .fields()
              .forEach(
                  (name, value) -> {
                    if (name.equals("$ref") && value instanceof JsonString(var target)) {
                      into.add(target.substring(target.lastIndexOf('/') + 1));
                    } else {
                      references(value, into);
                    }
                  });
      case JsonArray array -> array.forEach(each -> references(each, into));
      default -> {}
    }
  }

  private String hash(String groupVersion) {
    var digest = Swagger.digest();
    digest.update(schema.bytes("meta/v1"));
    digest.update(schema.bytes("core/v1"));
    return HexFormat.of().withUpperCase().formatHex(digest.digest(schema.bytes(groupVersion)));
  }
}
