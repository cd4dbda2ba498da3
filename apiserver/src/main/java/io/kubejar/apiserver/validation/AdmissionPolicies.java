package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.AuditAnnotation;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus;
import io.kubejar.api.admissionregistration.v1.Validation;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.jsonpath.JsonPath;
import io.kubejar.apimachinery.jsonpath.JsonPathFormatException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// ValidatingAdmissionPolicies and what binds them.
final class AdmissionPolicies {
  private static final int ANNOTATIONS_MAX = 20;
  private static final int ANNOTATION_BYTES_MAX = 5 * 1024;
  private static final Set<String> ACTIONS = Set.of("Deny", "Warn", "Audit");

  private AdmissionPolicies() {}

  static void policy(Check root, ValidatingAdmissionPolicy policy) {
    policy(root, policy, true);
  }

  /// Match conditions that nobody touched stay, whatever they are.
  static void policy(Check root, ValidatingAdmissionPolicy policy, ValidatingAdmissionPolicy old) {
    boolean same =
        Objects.equals(policy.spec().paramKind(), old.spec().paramKind())
            && policy.spec().matchConditions().equals(old.spec().matchConditions());
    policy(root, policy, !same);
  }

  /// What the type checker found, which is all that a status update can change.
  static void status(Check root, ValidatingAdmissionPolicyStatus status) {
    var at = root.at("status");
    var checked = status.typeChecking();
    if (checked != null) {
      at.at("typeChecking")
          .at("expressionWarnings")
          .each(
              checked.expressionWarnings(),
              (item, warning) -> {
                item.at("warning").nonEmpty(warning.warning());
                fieldRef(item.at("fieldRef"), warning.fieldRef().strip());
              });
    }
    Conditions.check(at.at("conditions"), status.conditions());
  }

  private static void fieldRef(Check at, String path) {
    if (path.isEmpty()) {
      at.required("");
      return;
    }
    try {
      // Paths begin with the name of a field, as they would within an action of a template.
      JsonPath.parse(Character.isLetter(path.charAt(0)) ? "." + path : path);
    } catch (JsonPathFormatException e) {
      at.invalid(path, "invalid JSONPath: " + e.getMessage());
    }
  }

  private static void policy(Check root, ValidatingAdmissionPolicy policy, boolean withConditions) {
    var spec = policy.spec();
    var at = root.at("spec");
    at.at("failurePolicy").oneOfIfSet(spec.failurePolicy(), "Fail", "Ignore");
    PolicyParts.paramKind(at.at("paramKind"), spec.paramKind());
    PolicyParts.constraints(at.at("matchConstraints"), spec.matchConstraints());
    var plain = PolicyParts.withParams(Environments.admission(), spec.paramKind());
    if (withConditions) {
      PolicyParts.conditions(at.at("matchConditions"), spec.matchConditions(), plain);
    }
    var variables = PolicyParts.compiled(spec.variables(), plain);
    PolicyParts.variables(at.at("variables"), spec.variables(), variables);
    if (spec.validations().isEmpty() && spec.auditAnnotations().isEmpty()) {
      var detail = "validations or auditAnnotations must contain at least one item";
      at.at("validations").required(detail);
      at.at("auditAnnotations").required(detail);
    }
    var environment = variables.environment();
    var messages =
        variables.in(
            PolicyParts.withParams(Environments.admissionWithoutAuthorizer(), spec.paramKind()));
    at.at("validations")
        .each(
            spec.validations(),
            (item, validation) -> validation(item, validation, environment, messages));
    annotations(at.at("auditAnnotations"), policy, environment);
  }

  /// Expressions are compiled with the space around them, so that columns count as they are read.
  private static void validation(
      Check at, Validation validation, Environment environment, Environment messages) {
    if (validation.expression().isBlank()) {
      at.at("expression").required("expression is not specified");
    } else {
      PolicyParts.compiles(at.at("expression"), validation.expression(), environment, Scalar.BOOL);
    }
    var message = validation.messageExpression();
    if (!message.isEmpty() && message.isBlank()) {
      at.at("messageExpression").invalid(message, "must be non-empty if specified");
    } else if (!message.isEmpty()) {
      PolicyParts.compiles(at.at("messageExpression"), message, messages, Scalar.STRING);
    }
    message(at.at("message"), validation.message());
    at.at("reason")
        .oneOfIfSet(validation.reason(), "Forbidden", "Invalid", "RequestEntityTooLarge");
  }

  private static void message(Check at, String message) {
    var text = message.strip();
    if (!message.isEmpty() && text.isEmpty()) {
      at.invalid(message, "must be non-empty if specified");
    } else if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      at.invalid(message, "must not contain line breaks");
    }
  }

  private static void annotations(
      Check at, ValidatingAdmissionPolicy policy, Environment environment) {
    var annotations = policy.spec().auditAnnotations();
    if (annotations.size() > ANNOTATIONS_MAX) {
      at.invalid(annotations, "must not have more than " + ANNOTATIONS_MAX + " auditAnnotations");
    }
    var keys = new HashSet<String>();
    at.each(
        annotations,
        (item, annotation) -> {
          annotation(item, annotation, policy.metadata().name(), environment);
          if (!keys.add(annotation.key())) {
            item.at("key").duplicate(annotation.key());
          }
        });
  }

  private static void annotation(
      Check at, AuditAnnotation annotation, String policy, Environment environment) {
    if (policy.isEmpty()) {
      at.at("key").invalid(annotation.key(), "requires metadata.name be non-empty");
    } else {
      at.at("key").format(policy + "/" + annotation.key(), Formats::labelKey);
    }
    var source = annotation.valueExpression().strip();
    var value = at.at("valueExpression");
    if (source.isEmpty()) {
      value.required("valueExpression is not specified");
    } else if (Bytes.utf8(source).size() > ANNOTATION_BYTES_MAX) {
      value.required("must not exceed " + ANNOTATION_BYTES_MAX + " bytes in length");
    } else {
      var error = Expression.compile(environment, source, Scalar.STRING, Scalar.NULL).error();
      if (error != null) {
        value.invalid(annotation.valueExpression(), error);
      }
    }
  }

  static void binding(Check root, ValidatingAdmissionPolicyBinding binding) {
    var at = root.at("spec");
    PolicyParts.policyName(at.at("policyName"), binding.spec().policyName());
    PolicyParts.paramRef(at.at("paramRef"), binding.spec().paramRef());
    PolicyParts.resources(at.at("matchResources"), binding.spec().matchResources());
    actions(at.at("validationActions"), binding.spec().validationActions());
  }

  private static void actions(Check at, List<String> actions) {
    var seen = new HashSet<String>();
    at.each(
        actions,
        (item, action) -> {
          if (!ACTIONS.contains(action)) {
            item.notSupported(action, "Audit", "Deny", "Warn");
          }
          if (!seen.add(action)) {
            item.duplicate(action);
          }
        });
    if (seen.contains("Deny") && seen.contains("Warn")) {
      at.invalid(
          actions,
          "must not contain both Deny and Warn (repeating the same validation failure information"
              + " in the API response and headers serves no purpose)");
    }
    if (actions.isEmpty()) {
      at.required("at least one validation action is required");
    }
  }
}
