package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.discovery.ServedGroups.Resource;
import io.kubejar.apiserver.discovery.ServedGroups.Version;
import io.kubejar.apiserver.discovery.ShownGroup.ShownVersion;
import java.util.List;
import java.util.TreeSet;

/// Discovery of everything in one document.
final class AggregatedDiscovery {
  private AggregatedDiscovery() {}

  /// @param apiVersion `apidiscovery.k8s.io/v2` or its beta
  static JsonObject document(List<ShownGroup> groups, String apiVersion) {
    var items = groups.stream().<JsonValue>map(AggregatedDiscovery::group).toList();
    return Json.object()
        .put("kind", "APIGroupDiscoveryList")
        .put("apiVersion", apiVersion)
        .put("metadata", JsonObject.EMPTY)
        .put("items", new JsonArray(items))
        .build();
  }

  private static JsonObject group(ShownGroup group) {
    var metadata = Json.object();
    if (!group.name().isEmpty()) {
      metadata.put("name", group.name());
    }
    metadata.put("creationTimestamp", JsonNull.NULL);
    var versions = group.versions().stream().<JsonValue>map(AggregatedDiscovery::version).toList();
    return Json.object()
        .put("metadata", metadata.build())
        .put("versions", new JsonArray(versions))
        .build();
  }

  private static JsonObject version(ShownVersion version) {
    var json = Json.object().put("version", version.name());
    if (!version.resources().values().isEmpty()) {
      json.put("resources", version.resources());
    }
    return json.put("freshness", version.current() ? "Current" : "Stale").build();
  }

  /// What is served of a version.
  static JsonArray resources(Version version) {
    return new JsonArray(
        version.resources().stream().<JsonValue>map(AggregatedDiscovery::resource).toList());
  }

  private static JsonObject resource(Resource resource) {
    var type = resource.type();
    var json =
        Json.object()
            .put("resource", type.plural())
            .put("responseKind", kind(type.gvk()))
            .put("scope", type.namespaced() ? "Namespaced" : "Cluster")
            .put("singularResource", type.singular())
            .put("verbs", new TreeSet<>(resource.verbs()))
            .optional("shortNames", type.shortNames())
            .optional("categories", type.categories());
    if (!type.subresources().isEmpty()) {
      List<JsonValue> subresources =
          type.subresources().stream()
              .sorted(java.util.Comparator.comparing(io.kubejar.apimachinery.Subresource::name))
              .<JsonValue>map(
                  subresource ->
                      Json.object()
                          .put("subresource", subresource.name())
                          .put("responseKind", kind(subresource.kind()))
                          .put("verbs", new TreeSet<>(subresource.verbs()))
                          .build())
              .toList();
      json.put("subresources", new JsonArray(subresources));
    }
    return json.build();
  }

  private static JsonObject kind(GroupVersionKind kind) {
    return Json.object()
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind())
        .build();
  }
}
