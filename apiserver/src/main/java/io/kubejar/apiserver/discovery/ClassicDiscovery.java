package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.discovery.ServedGroups.Resource;
import io.kubejar.apiserver.discovery.ServedGroups.Version;
import io.kubejar.apiserver.discovery.ShownGroup.ShownVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Discovery one document per version, as clients of old ask for it.
final class ClassicDiscovery {
  private ClassicDiscovery() {}

  /// `/api`.
  static JsonObject versions(String address) {
    var anybody =
        Json.object().put("clientCIDR", "0.0.0.0/0").put("serverAddress", address).build();
    return Json.object()
        .put("kind", "APIVersions")
        .put("versions", List.of("v1"))
        .put("serverAddressByClientCIDRs", new JsonArray(List.of(anybody)))
        .build();
  }

  /// `/apis`.
  static JsonObject groups(List<ShownGroup> all) {
    List<JsonValue> groups =
        all.stream()
            .filter(group -> !group.name().isEmpty())
            .<JsonValue>map(group -> group(Json.object(), group))
            .toList();
    return Json.object()
        .put("kind", "APIGroupList")
        .put("apiVersion", "v1")
        .put("groups", new JsonArray(groups))
        .build();
  }

  /// `/apis/<group>`.
  static JsonObject group(ShownGroup group) {
    return group(Json.object().put("kind", "APIGroup").put("apiVersion", "v1"), group);
  }

  private static JsonObject group(Json json, ShownGroup group) {
    var versions =
        group.versions().stream().<JsonValue>map(version -> version(group, version)).toList();
    return json.put("name", group.name())
        .put("versions", new JsonArray(versions))
        .put("preferredVersion", version(group, group.versions().getFirst()))
        .build();
  }

  private static JsonObject version(ShownGroup group, ShownVersion version) {
    return Json.object()
        .put("groupVersion", group.name() + "/" + version.name())
        .put("version", version.name())
        .build();
  }

  /// `/apis/<group>/<version>`.
  static JsonObject resources(Version version) {
    var resources = new ArrayList<JsonValue>();
    for (var each : version.resources()) {
      var type = each.type();
      resources.add(resource(each));
      type.subresources().stream()
          .sorted(java.util.Comparator.comparing(io.kubejar.apimachinery.Subresource::name))
          .forEach(
              subresource ->
                  resources.add(
                      subresource(
                          type, subresource.name(), subresource.kind(), subresource.verbs())));
    }
    return Json.object()
        .put("kind", "APIResourceList")
        .put("apiVersion", "v1")
        .put("groupVersion", version.groupVersion())
        .put("resources", new JsonArray(resources))
        .build();
  }

  private static JsonObject resource(Resource resource) {
    var type = resource.type();
    return Json.object()
        .put("name", type.plural())
        .put("singularName", type.singular())
        .put("namespaced", type.namespaced())
        .put("kind", type.gvk().kind())
        .put("verbs", new TreeSet<>(resource.verbs()))
        .optional("shortNames", type.shortNames())
        .optional("categories", type.categories())
        .optional("storageVersionHash", resource.storageVersionHash())
        .build();
  }

  private static JsonObject subresource(
      ResourceType<?> type, String name, GroupVersionKind kind, Collection<String> verbs) {
    var json =
        Json.object()
            .put("name", type.plural() + "/" + name)
            .put("singularName", "")
            .put("namespaced", type.namespaced());
    if (!kind.apiVersion().equals(type.gvk().apiVersion())) {
      json.put("group", kind.group()).put("version", kind.version());
    }
    return json.put("kind", kind.kind()).put("verbs", new TreeSet<>(verbs)).build();
  }
}
