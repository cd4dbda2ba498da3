package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.tree;
import static java.util.stream.Collectors.joining;

import io.kubejar.apimachinery.json.JsonObject;
import java.util.List;
import java.util.Locale;

/// A custom resource definition as upstream's tests make them: random names, one schema for all
/// versions, the first of which is stored.
///
/// @param kind its lower-case plural names the resource
/// @param scope `Cluster` or `Namespaced`
/// @param versions in their order in the definition
record Definition(
    String group, String kind, String scope, JsonObject schema, List<String> versions) {
  static final JsonObject ANYTHING =
      tree("{type: object, x-kubernetes-preserve-unknown-fields: true}");

  static Definition of(String group, String kind, String schema, String... versions) {
    return new Definition(group, kind, "Namespaced", tree(schema), List.of(versions));
  }

  /// What upstream calls a random-name definition: cluster-scoped and of any shape.
  static Definition anything(String suffix) {
    return new Definition(
        "mygroup.example.com", "Random" + suffix, "Cluster", ANYTHING, List.of("v1beta1"));
  }

  Definition withSchema(String other) {
    return new Definition(group, kind, scope, tree(other), versions);
  }

  String plural() {
    return kind.toLowerCase(Locale.ROOT) + "s";
  }

  String name() {
    return plural() + "." + group;
  }

  String apiVersion() {
    return group + "/" + versions.getFirst();
  }

  /// The collection of a cluster-scoped resource.
  String path() {
    return "/apis/" + apiVersion() + "/" + plural();
  }

  /// The definition's own path.
  String definitionPath() {
    return Api.DEFINITIONS + "/" + name();
  }

  /// What its instances begin with.
  String instance(String name) {
    return "apiVersion: %s\nkind: %s\nmetadata: {name: %s}\n".formatted(apiVersion(), kind, name);
  }

  String json() {
    var all =
        versions.stream()
            .map(
                version ->
                    """
                    {"name":"%s","served":true,"storage":%s,"schema":{"openAPIV3Schema":%s}}\
                    """
                        .formatted(version, version.equals(versions.getFirst()), schema))
            .collect(joining(","));
    return """
    {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
     "metadata":{"name":"%s"},
     "spec":{"group":"%s","scope":"%s","versions":[%s],
      "names":{"plural":"%s","singular":"%s","kind":"%s","listKind":"%sList"}}}
    """
        .formatted(name(), group, scope, all, plural(), kind.toLowerCase(Locale.ROOT), kind, kind);
  }
}
