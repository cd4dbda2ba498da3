package io.kubejar.controllers.policystatus;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.kubejar.api.apiextensions.v1.JSONSchemaProps;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.cel.rules.KindTypes;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.structural.UnsupportedSchemaException;
import io.kubejar.client.Informer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The types of all kinds that are served: the built-in ones, and those of the definitions.
///
/// Upstream reads the same out of the server's OpenAPI documents, which are made of these schemas.
record KnownTypes(Informer<CustomResourceDefinition> definitions) {

  /// The kinds that a resource has. Without a group, those of every group, as upstream's mapper has
  /// it.
  List<GroupVersionKind> kinds(String group, String version, String resource) {
    var kinds = new ArrayList<GroupVersionKind>();
    for (var type : BuiltInResources.all()) {
      boolean named = type.gvk().version().equals(version) && type.plural().equals(resource);
      if (named && (group.isEmpty() || type.gvk().group().equals(group))) {
        kinds.add(type.gvk());
      }
    }
    served()
        .filter(
            each ->
                each.version().name().equals(version)
                    && each.definition().status().acceptedNames().plural().equals(resource)
                    && (group.isEmpty() || each.definition().spec().group().equals(group)))
        .forEach(each -> kinds.add(each.kind()));
    return kinds;
  }

  /// The type of a kind's objects.
  Optional<DeclType> find(GroupVersionKind kind) {
    var builtIn = Schemas.of(kind);
    return builtIn.isPresent()
        ? builtIn.map(KindTypes::builtIn)
        : served().filter(each -> each.kind().equals(kind)).findFirst().map(Served::type);
  }

  private Stream<Served> served() {
    return definitions.list().stream()
        .flatMap(
            definition ->
                definition.spec().versions().stream()
                    .filter(CustomResourceDefinitionVersion::served)
                    .map(version -> new Served(definition, version)));
  }

  /// A version of a custom kind.
  private record Served(
      CustomResourceDefinition definition, CustomResourceDefinitionVersion version) {
    GroupVersionKind kind() {
      return new GroupVersionKind(
          definition.spec().group(), version.name(), definition.status().acceptedNames().kind());
    }

    DeclType type() {
      var validation = version.schema();
      var schema = validation == null ? null : validation.openAPIV3Schema();
      try {
        return KindTypes.custom(
            schema == null
                ? StructuralSchema.EMPTY
                : StructuralSchema.parse((JsonObject) JSONSchemaProps.CODEC.toTree(schema)));
      } catch (UnsupportedSchemaException _) {
        return KindTypes.custom(StructuralSchema.EMPTY); // An old definition without structure.
      }
    }
  }
}
