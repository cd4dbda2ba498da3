package io.kubejar.apiserver.aggregation;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.connect.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Asks a server what resources it has: in one document where it can do that, else for the version.
final class RemoteDiscovery {
  /// The older version, which servers have that were built before 1.30, looks the same.
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
          + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

  private static final Pattern VERSION = Pattern.compile(";v=v2(beta1)?(;|$)");
  private static final int NOT_MODIFIED = 304;
  private static final int UNAVAILABLE = 503;

  private RemoteDiscovery() {}

  /// What is known after asking.
  ///
  /// @throws IOException if there is no answer that tells
  static RemoteApi refreshed(RemoteApi known, GroupVersion version, Backend backend)
      throws IOException {
    var answer = RemoteFetch.document(backend, "/apis", AGGREGATED, known.discoveryTag());
    if (answer.status() == NOT_MODIFIED) {
      return known.withResources(known.resources(), known.discoveryTag());
    }
    if (answer.status() == UNAVAILABLE) {
      throw new IOException("/apis returned non-success response code: " + UNAVAILABLE);
    }
    if (answer.status() == 200 && isAggregated(answer)) {
      var tag = answer.headers().firstOr("ETag", "");
      return known.withResources(resources(object(answer), version), tag);
    }
    return known.withResources(legacy(version, backend), "");
  }

  private static boolean isAggregated(RemoteFetch.Document answer) {
    var type = answer.headers().firstOr("Content-Type", "").replace(" ", "");
    return type.startsWith("application/json;")
        && type.contains("g=apidiscovery.k8s.io")
        && VERSION.matcher(type).find()
        && type.contains("as=APIGroupDiscoveryList");
  }

  private static JsonArray resources(JsonObject document, GroupVersion wanted) {
    for (var group : objects(document.list("items"))) {
      if (group.object("metadata").text("name").equals(wanted.group())) {
        for (var version : objects(group.list("versions"))) {
          if (version.text("version").equals(wanted.version())) {
            return new JsonArray(
                objects(version.list("resources")).stream()
                    .map(RemoteDiscovery::withKinds)
                    .toList());
          }
        }
      }
    }
    return JsonArray.EMPTY;
  }

  /// There are clients that cannot do with less than an empty kind.
  private static JsonValue withKinds(JsonObject resource) {
    var complete = withKind(resource);
    var parts = objects(resource.list("subresources"));
    return parts.isEmpty()
        ? complete
        : complete.with(
            "subresources",
            new JsonArray(parts.stream().<JsonValue>map(RemoteDiscovery::withKind).toList()));
  }

  private static JsonObject withKind(JsonObject resource) {
    return resource.has("responseKind")
        ? resource
        : resource.with("responseKind", kind(JsonObject.EMPTY));
  }

  private static JsonArray legacy(GroupVersion version, Backend backend) throws IOException {
    var path = version.path();
    var answer = RemoteFetch.document(backend, path, "application/json", "");
    if (answer.status() != 200) {
      throw new IOException(
          "failed to download legacy discovery for " + path + ": " + answer.status());
    }
    var byName = new LinkedHashMap<String, JsonObject>();
    var parts = new LinkedHashMap<String, List<JsonValue>>();
    for (var resource : objects(object(answer).list("resources"))) {
      var name = resource.text("name");
      int slash = name.indexOf('/');
      if (slash < 0) {
        byName.put(name, resource(resource));
      } else {
        parts
            .computeIfAbsent(name.substring(0, slash), _ -> new ArrayList<>())
            .add(subresource(resource, name.substring(slash + 1)));
      }
    }
    List<JsonValue> all = new ArrayList<>();
    byName.forEach(
        (name, resource) ->
            all.add(
                parts.containsKey(name)
                    ? resource.with("subresources", new JsonArray(parts.get(name)))
                    : resource));
    return new JsonArray(all);
  }

  private static JsonObject resource(JsonObject old) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("resource", new JsonString(old.text("name")));
    fields.put("responseKind", kind(old));
    boolean namespaced = "true".equals(String.valueOf(old.get("namespaced")));
    fields.put("scope", new JsonString(namespaced ? "Namespaced" : "Cluster"));
    fields.put("singularResource", new JsonString(old.text("singularName")));
    fields.put("verbs", new JsonArray(old.list("verbs")));
    copy(old, fields, "shortNames");
    copy(old, fields, "categories");
    return new JsonObject(fields);
  }

  private static JsonObject subresource(JsonObject old, String name) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("subresource", new JsonString(name));
    fields.put("responseKind", kind(old));
    fields.put("verbs", new JsonArray(old.list("verbs")));
    return new JsonObject(fields);
  }

  private static JsonObject kind(JsonObject old) {
    var fields = new LinkedHashMap<String, JsonValue>();
    for (var name : List.of("group", "version", "kind")) {
      fields.put(name, new JsonString(old.text(name)));
    }
    return new JsonObject(fields);
  }

  private static void copy(JsonObject from, Map<String, JsonValue> to, String name) {
    if (!from.list(name).isEmpty()) {
      to.put(name, new JsonArray(from.list(name)));
    }
  }

  private static List<JsonObject> objects(List<JsonValue> values) {
    return values.stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  static JsonObject object(RemoteFetch.Document answer) throws IOException {
    try {
      if (JsonParser.parse(answer.body()) instanceof JsonObject object) {
        return object;
      }
      throw new IOException("not a JSON object");
    } catch (JsonFormatException broken) {
      throw new IOException("not JSON", broken);
    }
  }
}
