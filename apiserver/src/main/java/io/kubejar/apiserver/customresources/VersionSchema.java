package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.kubejar.api.apiextensions.v1.JSONSchemaProps;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.structural.ApplyTypes;
import io.kubejar.apimachinery.structural.Coercion;
import io.kubejar.apimachinery.structural.DefaultPruning;
import io.kubejar.apimachinery.structural.Defaulting;
import io.kubejar.apimachinery.structural.InvalidMetadataException;
import io.kubejar.apimachinery.structural.NodeRules;
import io.kubejar.apimachinery.structural.ResourceChecks;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apiserver.validation.Validation;
import java.util.function.Consumer;

/// The schema of one version at work: what it drops, fills in and refuses.
///
/// @param type how server-side apply merges objects
record VersionSchema(
    StructuralSchema schema, Coercion coercion, ResourceChecks checks, TypeSchema type) {

  static VersionSchema of(
      CustomResourceDefinition definition,
      CustomResourceDefinitionVersion version,
      NodeRules.Compiler rules) {
    var spec = definition.spec();
    var schema = DefaultPruning.prune(StructuralSchema.parse(tree(version)));
    var name = spec.group() + "/" + version.name() + "." + spec.names().kind();
    return new VersionSchema(
        schema,
        new Coercion(schema, spec.preserveUnknownFields()),
        ResourceChecks.compile(schema, rules, Validation::embeddedMetadata),
        ApplyTypes.of(name, schema, spec.preserveUnknownFields()));
  }

  /// The schema as it was sent; the empty one if there is none.
  static JsonObject tree(CustomResourceDefinitionVersion version) {
    var validation = version.schema();
    var schema = validation == null ? null : validation.openAPIV3Schema();
    return schema == null ? JsonObject.EMPTY : (JsonObject) JSONSchemaProps.CODEC.toTree(schema);
  }

  /// An object that somebody sent, in shape.
  ///
  /// @param unknown told the paths of fields that were dropped
  /// @throws JsonFormatException if its metadata has a wrong type
  JsonObject received(JsonObject tree, Consumer<String> unknown) {
    try {
      var coerced = coercion.received(tree);
      coerced.unknownFields().forEach(unknown);
      return coerced.object();
    } catch (InvalidMetadataException wrong) {
      throw new JsonFormatException(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  /// An object from the store, in shape.
  JsonObject stored(JsonObject tree) {
    return coercion.stored(tree);
  }

  /// The object with everything filled in that it leaves out.
  JsonObject defaulted(JsonObject tree) {
    return Defaulting.defaulted(tree, schema);
  }

  /// An object of this process, in shape and with defaults.
  Unstructured completed(Unstructured object) {
    return Unstructured.of(defaulted(received(object.tree(), _ -> {})));
  }
}
