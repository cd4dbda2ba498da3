package io.kubejar.apigenerator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A type of a group and version.
///
/// @param kind whether objects of it say their kind and apiVersion
/// @param resource how it is served, if it is
/// @param facts what only the run-time schema and OpenAPI need
record SchemaType(
    SchemaFile file,
    String name,
    String about,
    boolean kind,
    @Nullable SchemaResource resource,
    Map<String, Object> facts,
    List<SchemaField> fields) {

  /// Whether objects of it can be stored: they have a name.
  boolean isObject() {
    return kind
        && fields.stream()
            .anyMatch(each -> each.json().equals("metadata") && each.type().endsWith("ObjectMeta"));
  }

  boolean hidden() {
    return Boolean.TRUE.equals(facts.get("hidden"));
  }

  /// How a resource answers.
  record SchemaResource(
      String plural,
      String singular,
      boolean namespaced,
      List<String> shortNames,
      List<String> categories,
      List<String> verbs,
      boolean returnsDeleted,
      List<SchemaSubresource> subresources) {}

  record SchemaSubresource(
      String name, String group, String version, String kind, List<String> verbs) {}
}
