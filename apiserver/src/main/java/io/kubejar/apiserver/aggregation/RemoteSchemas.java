package io.kubejar.apiserver.aggregation;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.connect.Backend;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Asks a server for the OpenAPI documents of its group and version.
final class RemoteSchemas {
  private static final int NOT_FOUND = 404;
  private static final int NOT_MODIFIED = 304;

  private RemoteSchemas() {}

  /// What is known after asking. A server that has no such documents stays without.
  ///
  /// @throws IOException if there is no answer that tells
  static RemoteApi refreshed(RemoteApi known, GroupVersion version, Backend backend)
      throws IOException {
    var index = RemoteFetch.document(backend, "/openapi/v3", "application/json", "");
    var with = index.status() == 200 ? known.withSchemas(paths(index)) : known;
    require(index, "/openapi/v3");
    var document =
        RemoteFetch.document(backend, "/openapi/v2", "application/json", known.swaggerTag());
    require(document, "/openapi/v2");
    return document.status() == 200
        ? with.withSwagger(
            cut(RemoteDiscovery.object(document), version), document.headers().firstOr("ETag", ""))
        : with;
  }

  private static void require(RemoteFetch.Document answer, String path) throws IOException {
    int status = answer.status();
    if (status != 200 && status != NOT_FOUND && status != NOT_MODIFIED) {
      throw new IOException("failed to retrieve " + path + ", http error: " + status);
    }
  }

  private static Map<String, String> paths(RemoteFetch.Document index) throws IOException {
    var found = new TreeMap<String, String>();
    RemoteDiscovery.object(index)
        .object("paths")
        .fields()
        .forEach(
            (path, entry) -> {
              if (entry instanceof JsonObject object) {
                found.put(path, object.text("serverRelativeURL"));
              }
            });
    return Map.copyOf(found);
  }

  /// Only the paths of the group and version, and the definitions they lead to: nobody may describe
  /// what others answer for.
  private static JsonObject cut(JsonObject document, GroupVersion version) {
    var prefix = version.path() + "/";
    var paths = new LinkedHashMap<String, JsonValue>();
    document
        .object("paths")
        .fields()
        .forEach(
            (path, value) -> {
              if (path.startsWith(prefix)) {
                paths.put(path, value);
              }
            });
    var all = document.object("definitions");
    var reached = new LinkedHashMap<String, JsonValue>();
    var open = new TreeSet<String>();
    references(new JsonObject(paths), open);
    while (!open.isEmpty()) {
      var name = open.pollFirst();
      var definition = all.get(name);
      if (definition != null && reached.putIfAbsent(name, definition) == null) {
        references(definition, open);
      }
    }
    var kept = new LinkedHashMap<String, JsonValue>();
    kept.put("paths", new JsonObject(paths));
    kept.put("definitions", new JsonObject(reached));
    return new JsonObject(kept);
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
}
