package io.kubejar.apiserver.authz;

import io.kubejar.api.authorization.v1.FieldSelectorAttributes;
import io.kubejar.api.authorization.v1.LabelSelectorAttributes;
import io.kubejar.api.authorization.v1.LocalSubjectAccessReview;
import io.kubejar.api.authorization.v1.NonResourceAttributes;
import io.kubejar.api.authorization.v1.ResourceAttributes;
import io.kubejar.api.authorization.v1.SubjectAccessReviewSpec;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.FieldSelectorRequirement;
import io.kubejar.apimachinery.meta.v1.LabelSelectorRequirement;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is wrong with access reviews, in upstream's words.
final class AccessReviewFaults {
  private static final String SPEC = "spec.resourceAttributes";

  private AccessReviewFaults() {}

  static List<FieldError> of(SubjectAccessReviewSpec spec) {
    var faults = what(spec.resourceAttributes(), spec.nonResourceAttributes());
    if (spec.user().isEmpty() && spec.groups().isEmpty()) {
      faults.add(
          FieldError.invalid("spec.user", "", "at least one of user or group must be specified"));
    }
    selectors(spec.resourceAttributes(), faults);
    return faults;
  }

  static List<FieldError> of(LocalSubjectAccessReview review) {
    var spec = review.spec();
    var resource = spec.resourceAttributes();
    var namespace = review.metadata().namespace();
    var faults = of(spec);
    if (!bare(review.metadata()).equals(ObjectMeta.EMPTY)) {
      faults.add(
          FieldError.invalid("metadata", review.metadata(), "must be empty except for namespace"));
    }
    if (resource != null && !resource.namespace().equals(namespace)) {
      faults.add(
          FieldError.invalid(
              SPEC + ".namespace", resource.namespace(), "must match metadata.namespace"));
    }
    if (spec.nonResourceAttributes() != null) {
      faults.add(
          FieldError.invalid(
              "spec.nonResourceAttributes",
              spec.nonResourceAttributes(),
              "disallowed on this kind of request"));
    }
    return faults;
  }

  static List<FieldError> ofMetadata(ObjectMeta meta) {
    return meta.withManagedFields(List.of()).equals(ObjectMeta.EMPTY)
        ? List.of()
        : List.of(FieldError.invalid("metadata", meta, "must be empty"));
  }

  private static ObjectMeta bare(ObjectMeta meta) {
    return meta.withManagedFields(List.of()).withNamespace("");
  }

  static List<FieldError> of(
      @Nullable ResourceAttributes resource, @Nullable NonResourceAttributes nonResource) {
    var faults = what(resource, nonResource);
    selectors(resource, faults);
    return faults;
  }

  private static List<FieldError> what(
      @Nullable ResourceAttributes resource, @Nullable NonResourceAttributes nonResource) {
    var faults = new ArrayList<FieldError>();
    if (resource != null && nonResource != null) {
      faults.add(
          FieldError.invalid(
              "spec.nonResourceAttributes",
              nonResource,
              "cannot be specified in combination with resourceAttributes"));
    }
    if (resource == null && nonResource == null) {
      faults.add(
          FieldError.invalid(
              SPEC,
              null,
              "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
    }
    return faults;
  }

  private static void selectors(@Nullable ResourceAttributes resource, List<FieldError> faults) {
    if (resource != null) {
      fields(resource.fieldSelector(), faults);
      labels(resource.labelSelector(), faults);
    }
  }

  private static void fields(@Nullable FieldSelectorAttributes asked, List<FieldError> faults) {
    if (asked == null) {
      return;
    }
    var path = SPEC + ".fieldSelector";
    eitherOr(path, asked.rawSelector(), asked.requirements(), faults);
    for (int i = 0; i < asked.requirements().size(); i++) {
      field(path + ".requirements[" + i + "]", asked.requirements().get(i), faults);
    }
  }

  private static void labels(@Nullable LabelSelectorAttributes asked, List<FieldError> faults) {
    if (asked == null) {
      return;
    }
    var path = SPEC + ".labelSelector";
    eitherOr(path, asked.rawSelector(), asked.requirements(), faults);
    for (int i = 0; i < asked.requirements().size(); i++) {
      label(path + ".requirements[" + i + "]", asked.requirements().get(i), faults);
    }
  }

  private static void eitherOr(
      String path, String raw, List<?> requirements, List<FieldError> faults) {
    if (!raw.isEmpty() && !requirements.isEmpty()) {
      faults.add(
          FieldError.invalid(
              path + ".rawSelector", raw, "may not specified at the same time as requirements"));
    }
    if (raw.isEmpty() && requirements.isEmpty()) {
      faults.add(
          FieldError.required(
              path + ".requirements",
              "when " + path + " is specified, requirements or rawSelector is required"));
    }
  }

  private static void field(
      String path, FieldSelectorRequirement requirement, List<FieldError> faults) {
    if (requirement.key().isEmpty()) {
      faults.add(FieldError.required(path + ".key", "must be specified"));
    }
    values(path, requirement.operator(), requirement.values(), faults);
  }

  private static void label(
      String path, LabelSelectorRequirement requirement, List<FieldError> faults) {
    values(path, requirement.operator(), requirement.values(), faults);
    Formats.labelKey(requirement.key())
        .forEach(why -> faults.add(FieldError.invalid(path + ".key", requirement.key(), why)));
    for (int i = 0; i < requirement.values().size(); i++) {
      var value = requirement.values().get(i);
      var field = path + ".values[" + i + "]";
      Formats.labelValue(value).forEach(why -> faults.add(FieldError.invalid(field, value, why)));
    }
  }

  /// Operators that nobody knows yet are let through: they are ignored when it comes to deciding.
  private static void values(
      String path, String operator, List<String> values, List<FieldError> faults) {
    var field = path + ".values";
    switch (operator) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          faults.add(
              FieldError.required(field, "must be specified when `operator` is 'In' or 'NotIn'"));
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          faults.add(
              FieldError.forbidden(
                  field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
        }
      }
      default -> {}
    }
  }
}
