package io.kubejar.apiserver.aggregation;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.Map;

/// What is known of the group and version that a server behind an APIService serves.
///
/// @param resources as the document of the aggregated discovery has them
/// @param current whether the server said so the last time it was asked
/// @param discoveryTag the entity tag of its discovery
/// @param schemas its documents of OpenAPI version 3, path to URL
/// @param swagger its document of OpenAPI version 2, cut down to the group and version
/// @param swaggerTag the entity tag of that
record RemoteApi(
    JsonArray resources,
    boolean current,
    String discoveryTag,
    Map<String, String> schemas,
    JsonObject swagger,
    String swaggerTag) {
  static final RemoteApi UNKNOWN =
      new RemoteApi(JsonArray.EMPTY, false, "", Map.of(), JsonObject.EMPTY, "");

  /// Nobody is told what the server had before it went silent.
  JsonArray shown() {
    return current ? resources : JsonArray.EMPTY;
  }

  RemoteApi stale() {
    return new RemoteApi(resources, false, discoveryTag, schemas, swagger, swaggerTag);
  }

  RemoteApi withResources(JsonArray found, String tag) {
    return new RemoteApi(found, true, tag, schemas, swagger, swaggerTag);
  }

  RemoteApi withSchemas(Map<String, String> found) {
    return new RemoteApi(resources, current, discoveryTag, found, swagger, swaggerTag);
  }

  RemoteApi withSwagger(JsonObject found, String tag) {
    return new RemoteApi(resources, current, discoveryTag, schemas, found, tag);
  }
}
