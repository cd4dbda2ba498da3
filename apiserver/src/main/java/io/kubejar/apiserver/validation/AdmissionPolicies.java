package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.MatchCondition;
import io.kubejar.api.admissionregistration.v1.ParamKind;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.Validation;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.Variables;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Admission policies: their expressions must compile before they are stored.
final class AdmissionPolicies {
  private static final int MOST_CONDITIONS = 64;
  private static final int MOST_ANNOTATIONS = 20;
  private static final String NOT_SPECIFIED = "expression is not specified";
  private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");
  private static final Set<String> ACTIONS = Set.of("Deny", "Warn", "Audit");

  private AdmissionPolicies() {}

  static void policy(Check root, ValidatingAdmissionPolicy policy) {
    var spec = policy.spec();
    var at = root.at("spec");
    at.at("failurePolicy").oneOfOrEmpty(spec.failurePolicy(), "Fail", "Ignore");
    paramKind(at.at("paramKind"), spec.paramKind());
    if (spec.matchConstraints() == null) {
      at.at("matchConstraints").required("");
    } else if (spec.matchConstraints().resourceRules().isEmpty()) {
      at.at("matchConstraints").at("resourceRules").required("");
    }
    var plain = withParams(Environments.admission(), spec.paramKind());
    var sources = new LinkedHashMap<String, String>();
    spec.variables().forEach(each -> sources.put(each.name(), each.expression()));
    var variables = Variables.compile(plain, sources);
    conditions(at.at("matchConditions"), spec.matchConditions(), variables.environment());
    variables(at.at("variables"), policy, variables);
    if (spec.validations().isEmpty() && spec.auditAnnotations().isEmpty()) {
      var detail = "validations or auditAnnotations must contain at least one item";
      at.at("validations").required(detail);
      at.at("auditAnnotations").required(detail);
    }
    var messages =
        variables.in(withParams(Environments.admissionWithoutAuthorizer(), spec.paramKind()));
    for (int i = 0; i < spec.validations().size(); i++) {
      validation(
          at.at("validations").at(i), spec.validations().get(i), variables.environment(), messages);
    }
    annotations(at.at("auditAnnotations"), policy, variables.environment());
  }

  private static Environment withParams(Environment environment, @Nullable ParamKind kind) {
    return kind == null ? environment : environment.with("params", Scalar.DYN);
  }

  private static void paramKind(Check at, @Nullable ParamKind kind) {
    if (kind != null) {
      at.at("apiVersion").nonEmpty(kind.apiVersion());
      at.at("kind").nonEmpty(kind.kind());
    }
  }

  private static void conditions(
      Check at, List<MatchCondition> conditions, Environment environment) {
    if (conditions.size() > MOST_CONDITIONS) {
      at.tooMany(conditions.size(), MOST_CONDITIONS);
    }
    var names = new HashSet<String>();
    for (int i = 0; i < conditions.size(); i++) {
      var condition = conditions.get(i);
      expression(
          at.at(i).at("expression"), condition.expression().strip(), "", environment, Scalar.BOOL);
      var name = at.at(i).at("name");
      if (condition.name().isEmpty()) {
        name.required("");
      } else {
        name.format(condition.name(), Formats::labelKey);
        if (!names.add(condition.name())) {
          name.duplicate(condition.name());
        }
      }
    }
  }

  private static void variables(Check at, ValidatingAdmissionPolicy policy, Variables compiled) {
    var all = policy.spec().variables();
    for (int i = 0; i < all.size(); i++) {
      var variable = all.get(i);
      if (variable.name().isBlank()) {
        at.at(i).at("name").required("name is not specified");
      } else if (!IDENTIFIER.matcher(variable.name()).matches()) {
        at.at(i).at("name").invalid(variable.name(), "name is not a valid CEL identifier");
      }
      var expression = compiled.expressions().get(variable.name());
      if (variable.expression().isBlank()) {
        at.at(i).at("expression").required(NOT_SPECIFIED);
      } else if (expression != null && expression.error() != null) {
        at.at(i).at("expression").invalid(variable.expression(), expression.error());
      }
    }
  }

  private static void validation(
      Check at, Validation validation, Environment environment, Environment messages) {
    var expression = validation.expression().strip();
    var message = validation.message().strip();
    expression(at.at("expression"), expression, NOT_SPECIFIED, environment, Scalar.BOOL);
    if (!validation.messageExpression().isEmpty()) {
      expression(
          at.at("messageExpression"),
          validation.messageExpression().strip(),
          "must be non-empty if specified",
          messages,
          Scalar.STRING);
    }
    if (!validation.message().isEmpty() && message.isEmpty()) {
      at.at("message").invalid(validation.message(), "message must be non-empty if specified");
    } else if (hasLineBreak(message)) {
      at.at("message").invalid(validation.message(), "message must not contain line breaks");
    } else if (hasLineBreak(expression) && message.isEmpty()) {
      at.at("message").required("message must be specified if expression contains line breaks");
    }
    at.at("reason")
        .oneOfOrEmpty(
            validation.reason(), "Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized");
  }

  private static boolean hasLineBreak(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }

  private static void annotations(
      Check at, ValidatingAdmissionPolicy policy, Environment environment) {
    var annotations = policy.spec().auditAnnotations();
    if (annotations.size() > MOST_ANNOTATIONS) {
      at.invalid(annotations, "must not have more than " + MOST_ANNOTATIONS + " auditAnnotations");
    }
    var keys = new HashSet<String>();
    for (int i = 0; i < annotations.size(); i++) {
      var annotation = annotations.get(i);
      at.at(i)
          .at("key")
          .format(policy.metadata().name() + "/" + annotation.key(), Formats::labelKey);
      expression(
          at.at(i).at("valueExpression"),
          annotation.valueExpression().strip(),
          "valueExpression is not specified",
          environment,
          Scalar.STRING,
          Scalar.NULL);
      if (!keys.add(annotation.key())) {
        at.at(i).at("key").duplicate(annotation.key());
      }
    }
  }

  private static void expression(
      Check at, String source, String missing, Environment environment, DeclType... wanted) {
    if (source.isEmpty()) {
      at.required(missing);
      return;
    }
    var error = Expression.compile(environment, source, wanted).error();
    if (error != null) {
      at.invalid(source, error);
    }
  }

  static void binding(Check root, ValidatingAdmissionPolicyBinding binding) {
    var at = root.at("spec");
    at.at("policyName").nonEmpty(binding.spec().policyName());
    var ref = binding.spec().paramRef();
    if (ref != null) {
      var param = at.at("paramRef");
      if (ref.name().isEmpty() && ref.selector() == null) {
        param.required("one of name or selector must be specified");
      } else if (!ref.name().isEmpty() && ref.selector() != null) {
        param.at("name").forbidden("name and selector are mutually exclusive");
      }
      if (ref.parameterNotFoundAction() == null) {
        param.at("parameterNotFoundAction").required("");
      } else {
        param.at("parameterNotFoundAction").oneOf(ref.parameterNotFoundAction(), "Allow", "Deny");
      }
    }
    actions(at.at("validationActions"), binding.spec().validationActions());
  }

  private static void actions(Check at, List<String> actions) {
    var seen = new HashSet<String>();
    for (int i = 0; i < actions.size(); i++) {
      if (!ACTIONS.contains(actions.get(i))) {
        at.at(i).notSupported(actions.get(i), "Audit", "Deny", "Warn");
      }
      if (!seen.add(actions.get(i))) {
        at.at(i).duplicate(actions.get(i));
      }
    }
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
