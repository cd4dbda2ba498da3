package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.MatchCondition;
import io.kubejar.api.admissionregistration.v1.MatchResources;
import io.kubejar.api.admissionregistration.v1.NamedRuleWithOperations;
import io.kubejar.api.admissionregistration.v1.ParamKind;
import io.kubejar.api.admissionregistration.v1.ParamRef;
import io.kubejar.api.admissionregistration.v1.Variable;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.Variables;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Identifiers;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What admission policies of both kinds, their bindings and webhooks have in common. Expressions
/// must compile before they are stored.
///
/// Upstream compiles what was stored before with functions that are too new for new expressions; no
/// function of 1.36 is that new, so there is one environment for both.
final class PolicyParts {
  private static final int CONDITIONS_MAX = 64;
  private static final String NOT_SPECIFIED = "expression is not specified";
  private static final String EXCLUSIVE = "name and selector are mutually exclusive";
  private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");

  private PolicyParts() {}

  static Environment withParams(Environment environment, @Nullable ParamKind kind) {
    return kind == null ? environment : environment.with("params", Scalar.DYN);
  }

  static void paramKind(Check at, @Nullable ParamKind kind) {
    if (kind == null) {
      return;
    }
    apiVersion(at.at("apiVersion"), kind.apiVersion());
    if (kind.kind().isEmpty()) {
      at.at("kind").required("");
      return;
    }
    var wrong = Formats.dns1035Label(kind.kind().toLowerCase(Locale.ROOT));
    if (!wrong.isEmpty()) {
      at.at("kind")
          .invalid(
              kind.kind(),
              "may have mixed case, but should otherwise match: " + String.join(",", wrong));
    }
  }

  private static void apiVersion(Check at, String apiVersion) {
    if (apiVersion.isEmpty()) {
      at.required("");
      return;
    }
    int slash = apiVersion.indexOf('/');
    if (slash >= 0 && apiVersion.indexOf('/', slash + 1) >= 0) {
      at.invalid(apiVersion, "unexpected GroupVersion string: " + apiVersion);
      return;
    }
    var group = apiVersion.substring(0, Math.max(0, slash));
    var version = apiVersion.substring(slash + 1);
    joined(at, group, group.isEmpty() ? List.of() : Formats.dns1123Subdomain(group));
    if (version.isEmpty()) {
      at.invalid(apiVersion, "version must be specified");
    } else {
      joined(at, version, Formats.dns1035Label(version));
    }
  }

  private static void joined(Check at, String value, List<String> messages) {
    if (!messages.isEmpty()) {
      at.invalid(value, String.join(",", messages));
    }
  }

  /// What a policy is about, which must name resources.
  static void constraints(Check at, @Nullable MatchResources constraints) {
    if (constraints == null) {
      at.required("");
      return;
    }
    resources(at, constraints);
    if (constraints.resourceRules().isEmpty()) {
      at.at("resourceRules").required("");
    }
  }

  static void resources(Check at, @Nullable MatchResources resources) {
    if (resources == null) {
      return;
    }
    var policy = resources.matchPolicy();
    if (policy == null) {
      at.at("matchPolicy").required("");
    } else {
      at.at("matchPolicy").oneOfIfSet(policy, "Equivalent", "Exact");
    }
    MetadataValidation.selector(at.at("namespaceSelector"), resources.namespaceSelector());
    MetadataValidation.selector(at.at("objectSelector"), resources.objectSelector());
    at.at("resourceRules").each(resources.resourceRules(), PolicyParts::rule);
    at.at("excludeResourceRules").each(resources.excludeResourceRules(), PolicyParts::rule);
  }

  private static void rule(Check at, NamedRuleWithOperations rule) {
    var names = new HashSet<String>();
    at.at("resourceNames")
        .each(
            rule.resourceNames(),
            (item, name) -> {
              item.format(name, Formats::pathSegment);
              if (!names.add(name)) {
                item.duplicate(name);
              }
            });
    AdmissionRules.rule(
        at,
        rule.operations(),
        rule.apiGroups(),
        rule.apiVersions(),
        rule.resources(),
        rule.scope());
  }

  /// @param environment without the variables of a policy, which conditions cannot use
  static void conditions(Check at, List<MatchCondition> conditions, Environment environment) {
    if (conditions.size() > CONDITIONS_MAX) {
      at.tooMany(conditions.size(), CONDITIONS_MAX);
    }
    var names = new HashSet<String>();
    at.each(
        conditions,
        (item, condition) -> {
          var expression = condition.expression().strip();
          if (expression.isEmpty()) {
            item.at("expression").required("");
          } else {
            compiles(item.at("expression"), expression, environment, Scalar.BOOL);
          }
          var name = item.at("name");
          if (condition.name().isEmpty()) {
            name.required("");
            return;
          }
          name.format(condition.name(), Formats::labelKey);
          if (!names.add(condition.name())) {
            name.duplicate(condition.name());
          }
        });
  }

  /// The variables compiled; those without an expression are left out.
  static Variables compiled(List<Variable> variables, Environment environment) {
    var sources = new LinkedHashMap<String, String>();
    for (var variable : variables) {
      if (!variable.expression().isBlank()) {
        sources.put(variable.name(), variable.expression());
      }
    }
    return Variables.compile(environment, sources);
  }

  static void variables(Check at, List<Variable> variables, Variables compiled) {
    at.each(
        variables,
        (item, variable) -> {
          if (variable.name().isBlank()) {
            item.at("name").required("name is not specified");
          } else if (!isIdentifier(variable.name())) {
            item.at("name").invalid(variable.name(), "must be a valid CEL identifier");
          }
          var expression = compiled.expressions().get(variable.name());
          if (variable.expression().isBlank()) {
            item.at("expression").required(NOT_SPECIFIED);
          } else if (expression != null && expression.error() != null) {
            item.at("expression").invalid(variable.expression(), expression.error());
          }
        });
  }

  private static boolean isIdentifier(String name) {
    return IDENTIFIER.matcher(name).matches() && !Identifiers.isReserved(name);
  }

  static void compiles(Check at, String source, Environment environment, DeclType... wanted) {
    var error = Expression.compile(environment, source, wanted).error();
    if (error != null) {
      at.invalid(source, error);
    }
  }

  static void policyName(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      at.format(name, Formats::dns1123Subdomain);
    }
  }

  static void paramRef(Check at, @Nullable ParamRef ref) {
    if (ref == null) {
      return;
    }
    boolean hasName = !ref.name().isEmpty();
    boolean hasBoth = hasName && ref.selector() != null;
    if (hasName) {
      at.at("name").format(ref.name(), Formats::pathSegment);
    }
    if (hasBoth) {
      at.at("name").forbidden(EXCLUSIVE);
    }
    MetadataValidation.selector(at.at("selector"), ref.selector());
    if (hasBoth) {
      at.at("selector").forbidden(EXCLUSIVE);
    }
    if (!hasName && ref.selector() == null) {
      at.required("one of name or selector must be specified");
    }
    var action = ref.parameterNotFoundAction();
    if (action == null) {
      at.at("parameterNotFoundAction").required("");
    } else {
      at.at("parameterNotFoundAction").oneOf(action, "Deny", "Allow");
    }
  }
}
