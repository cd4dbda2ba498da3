package io.kubejar.api.openapi;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What somebody contributes to the document of version 2: paths and definitions by name, as the
/// texts that they are in the document. Made once, and used in every document until what it tells
/// of changes.
public final class SwaggerPart {
  private final Map<String, SwaggerEntry> paths;
  private final Map<String, SwaggerEntry> definitions;
  private final String hash;

  private SwaggerPart(Map<String, SwaggerEntry> paths, Map<String, SwaggerEntry> definitions) {
    this.paths = Collections.unmodifiableMap(paths);
    this.definitions = Collections.unmodifiableMap(definitions);
    var digest = Swagger.digest();
    for (var entries : List.of(paths, definitions)) {
      entries.forEach(
          (name, entry) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(entry.json());
          });
    }
    hash = HexFormat.of().formatHex(digest.digest());
  }

  public static SwaggerPart of(
      Map<String, ? extends JsonValue> paths, Map<String, ? extends JsonValue> definitions) {
    return new SwaggerPart(
        entries(paths, SwaggerEntry.Kind.PATH), entries(definitions, SwaggerEntry.Kind.DEFINITION));
  }

  private static Map<String, SwaggerEntry> entries(
      Map<String, ? extends JsonValue> trees, SwaggerEntry.Kind kind) {
    var entries = new TreeMap<String, SwaggerEntry>();
    trees.forEach(
        (name, tree) ->
            entries.put(name, new SwaggerEntry(kind, name, JsonPrinter.printUtf8(tree))));
    return entries;
  }

  Map<String, SwaggerEntry> paths() {
    return paths;
  }

  Map<String, SwaggerEntry> definitions() {
    return definitions;
  }

  /// A text that changes when the part does.
  String hash() {
    return hash;
  }

  /// Its definition of this name, as a tree; empty if there is none.
  public Optional<JsonObject> definition(String name) {
    return Optional.ofNullable(definitions.get(name)).map(SwaggerEntry::tree);
  }
}
