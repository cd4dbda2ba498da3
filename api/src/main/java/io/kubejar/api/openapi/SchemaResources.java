package io.kubejar.api.openapi;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.Schemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The schema as the generator left it on the class path, with what only documents need.
final class SchemaResources {
  private static final String FOLDER = "kubejar/schema/";

  private final Map<String, JsonObject> documents = new ConcurrentHashMap<>();

  /// All groups and versions, such as `core/v1`.
  List<String> groupVersions() {
    return Schemas.builtIn().groupVersions().stream().sorted().toList();
  }

  String openApiPrefix(String groupVersion) {
    return document(groupVersion).text("openapi");
  }

  Map<String, JsonValue> types(String groupVersion) {
    return document(groupVersion).object("types").fields();
  }

  private JsonObject document(String groupVersion) {
    return documents.computeIfAbsent(
        groupVersion, name -> (JsonObject) JsonParser.parse(bytes(name)));
  }

  byte[] bytes(String groupVersion) {
    var name = FOLDER + groupVersion + ".json";
    try (var in = SchemaResources.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("No schema of " + groupVersion);
      }
      return in.readAllBytes();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
