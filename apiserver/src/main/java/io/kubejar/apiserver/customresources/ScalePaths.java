package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceSubresourceScale;
import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.api.autoscaling.v1.ScaleSpec;
import io.kubejar.api.autoscaling.v1.ScaleStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where the numbers of the subresource `scale` stand in an object.
record ScalePaths(CustomResourceSubresourceScale paths) {

  /// The scale of an object.
  ///
  /// @throws ApiException 500 if the object does not say how many replicas it wants
  Scale of(Unstructured object) {
    var wanted =
        number(object, paths.specReplicasPath())
            .orElseThrow(
                () ->
                    ApiException.internal(
                        "the spec replicas field "
                            + GoText.quoted(paths.specReplicasPath())
                            + " does not exist"));
    long actual = number(object, paths.statusReplicasPath()).orElse(0L);
    var metadata = object.metadata();
    var own =
        ObjectMeta.EMPTY
            .withName(metadata.name())
            .withNamespace(metadata.namespace())
            .withUid(metadata.uid())
            .withResourceVersion(metadata.resourceVersion())
            .withCreationTimestamp(metadata.creationTimestamp());
    return new Scale(
        own, new ScaleSpec((int) (long) wanted), new ScaleStatus((int) actual, selector(object)));
  }

  Unstructured with(Unstructured object, int replicas) {
    var path = DottedPath.of(paths.specReplicasPath());
    return object.withContent(path.set(object.content(), JsonNumber.of(replicas)));
  }

  private String selector(Unstructured object) {
    var path = paths.labelSelectorPath();
    if (path == null || path.isEmpty()) {
      return "";
    }
    return DottedPath.of(path)
        .find(object.content())
        .map(
            found -> {
              if (found instanceof JsonString(var text)) {
                return text;
              }
              throw ApiException.internal(mistyped(path, found, "string"));
            })
        .orElse("");
  }

  private static Optional<Long> number(Unstructured object, String path) {
    return DottedPath.of(path)
        .find(object.content())
        .map(
            found -> {
              if (found instanceof JsonNumber number && number.isLong()) {
                return number.longValue();
              }
              throw ApiException.internal(mistyped(path, found, "int64"));
            });
  }

  private static String mistyped(String path, JsonValue found, String expected) {
    return path
        + " accessor error: "
        + found
        + " is of the type "
        + found.typeName()
        + ", expected "
        + expected;
  }

  /// What is wrong with the numbers of an object that a client wrote.
  List<FieldError> validateSpec(Unstructured object) {
    var errors = new ArrayList<FieldError>();
    check(object, paths.specReplicasPath(), errors);
    return errors;
  }

  /// What is wrong with the numbers and the selector that a status has.
  List<FieldError> validateStatus(Unstructured object) {
    var errors = new ArrayList<FieldError>();
    check(object, paths.statusReplicasPath(), errors);
    var selector = paths.labelSelectorPath();
    if (selector != null) {
      DottedPath.of(selector)
          .find(object.content())
          .filter(found -> !(found instanceof JsonString))
          .ifPresent(
              found ->
                  errors.add(
                      FieldError.invalid(selector, "", mistyped(selector, found, "string"))));
    }
    return errors;
  }

  private static void check(Unstructured object, String path, List<FieldError> errors) {
    var found = DottedPath.of(path).find(object.content());
    if (found.isEmpty()) {
      return;
    }
    if (!(found.get() instanceof JsonNumber number) || !number.isLong()) {
      errors.add(FieldError.invalid(path, 0, mistyped(path, found.get(), "int64")));
      return;
    }
    long replicas = number.longValue();
    if (replicas < 0) {
      errors.add(FieldError.invalid(path, replicas, "should be a non-negative integer"));
    } else if (replicas > Integer.MAX_VALUE) {
      errors.add(
          FieldError.invalid(
              path, replicas, "should be less than or equal to " + Integer.MAX_VALUE));
    }
  }
}
