package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.kubejar.api.apiextensions.v1.SelectableField;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.structural.PublishedSchema;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apiserver.table.TableView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a definition says about the objects of one of its versions.
///
/// @param published what the OpenAPI documents say
/// @param scale null if they cannot be scaled
/// @param replicasPlaces where the number of replicas stands in each version; empty for those
///   without a scale
/// @param warnings what everybody hears who uses the version
record VersionRules(
    VersionSchema schema,
    PublishedSchema.Kind published,
    SelectablePaths selectable,
    TableView<Unstructured> table,
    @Nullable ScalePaths scale,
    Map<String, String> replicasPlaces,
    List<String> warnings) {

  static VersionRules of(
      CustomResourceDefinition definition,
      CustomResourceDefinitionVersion version,
      VersionSchema schema) {
    var subresources = version.subresources();
    var scale = subresources == null ? null : subresources.scale();
    return new VersionRules(
        schema,
        published(definition, version, schema),
        SelectablePaths.of(version.selectableFields()),
        PrinterColumns.of(version.additionalPrinterColumns()),
        scale == null ? null : new ScalePaths(scale),
        replicasPlaces(definition),
        Deprecation.warnings(definition, version));
  }

  private static Map<String, String> replicasPlaces(CustomResourceDefinition definition) {
    var places = new HashMap<String, String>();
    for (var version : definition.spec().versions()) {
      var subresources = version.subresources();
      var scale = subresources == null ? null : subresources.scale();
      var place =
          scale == null ? "" : String.join(".", DottedPath.of(scale.specReplicasPath()).names());
      places.put(definition.spec().group() + "/" + version.name(), place);
    }
    return places;
  }

  private static PublishedSchema.Kind published(
      CustomResourceDefinition definition,
      CustomResourceDefinitionVersion version,
      VersionSchema schema) {
    var kind =
        new GroupVersionKind(
            definition.spec().group(), version.name(), definition.status().acceptedNames().kind());
    return new PublishedSchema.Kind(
        kind,
        version.schema() == null ? null : schema.schema(),
        definition.spec().preserveUnknownFields(),
        version.selectableFields().stream().map(SelectableField::jsonPath).toList());
  }
}
