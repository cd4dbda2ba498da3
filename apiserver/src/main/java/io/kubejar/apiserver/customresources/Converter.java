package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.unstructured.Unstructured;
import java.util.List;

/// Turns objects of one version of a custom resource into those of another.
@FunctionalInterface
interface Converter {
  /// For versions that differ in name only.
  Converter NONE =
      (objects, apiVersion) ->
          objects.stream().map(object -> object.withApiVersion(apiVersion)).toList();

  /// The objects in this version, in their order.
  ///
  /// @throws io.kubejar.apimachinery.ApiException if one of them cannot be converted
  List<Unstructured> convert(List<Unstructured> objects, String apiVersion);

  /// Whether others have to be asked.
  default boolean isSlow() {
    return false;
  }

  default Unstructured convert(Unstructured object, String apiVersion) {
    return object.apiVersion().equals(apiVersion)
        ? object
        : convert(List.of(object), apiVersion).getFirst();
  }
}
