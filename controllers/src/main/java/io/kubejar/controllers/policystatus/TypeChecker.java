package io.kubejar.controllers.policystatus;

import io.kubejar.api.admissionregistration.v1.ExpressionWarning;
import io.kubejar.api.admissionregistration.v1.NamedRuleWithOperations;
import io.kubejar.api.admissionregistration.v1.ParamKind;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicySpec;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.Variables;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Checks the expressions of a policy against the types of the objects that it is about.
///
/// Admission knows nothing of these types: an expression that selects a field which no object has
/// is stored and fails when it is needed. Here its author can read of it beforehand. The rules are
/// those of upstream's `TypeChecker`: rules with wildcards and subresources are left alone, and so
/// are match conditions and audit annotations.
final class TypeChecker {
  /// No rule makes more types than these be looked at.
  private static final int TYPES_MAX = 10;

  private static final Comparator<GroupVersionKind> ORDER =
      Comparator.comparing(GroupVersionKind::group)
          .thenComparing(GroupVersionKind::version)
          .thenComparing(GroupVersionKind::kind);

  private final KnownTypes types;

  TypeChecker(KnownTypes types) {
    this.types = types;
  }

  List<ExpressionWarning> check(ValidatingAdmissionPolicy policy) {
    var environments = environments(policy.spec());
    var warnings = new ArrayList<ExpressionWarning>();
    var validations = policy.spec().validations();
    for (int i = 0; i < validations.size(); i++) {
      var path = "spec.validations[" + i + "].";
      var validation = validations.get(i);
      check(path + "expression", validation.expression(), environments, warnings);
      if (!validation.messageExpression().isEmpty()) {
        check(path + "messageExpression", validation.messageExpression(), environments, warnings);
      }
    }
    return warnings;
  }

  private static void check(
      String path,
      String expression,
      Map<GroupVersionKind, Environment> environments,
      List<ExpressionWarning> warnings) {
    var texts = new ArrayList<String>();
    environments.forEach(
        (kind, environment) ->
            environment
                .issues(expression)
                .ifPresent(issues -> texts.add(shown(kind) + ": " + issues + "\n")));
    if (!texts.isEmpty()) {
      warnings.add(new ExpressionWarning(path, String.join("\n", texts)));
    }
  }

  private static String shown(GroupVersionKind kind) {
    return kind.group() + "/" + kind.version() + ", Kind=" + kind.kind();
  }

  /// What expressions may use, for each kind that the policy is about.
  private Map<GroupVersionKind, Environment> environments(ValidatingAdmissionPolicySpec spec) {
    var environments = new LinkedHashMap<GroupVersionKind, Environment>();
    var sources = new LinkedHashMap<String, String>();
    spec.variables().forEach(variable -> sources.put(variable.name(), variable.expression()));
    for (var kind : kinds(spec)) {
      types
          .find(kind)
          .ifPresent(
              type -> {
                var named = type.named(kind.kind());
                var environment =
                    Environments.admission().with("object", named).with("oldObject", named);
                var params = spec.paramKind();
                if (params != null) {
                  environment = environment.with("params", params(params));
                }
                environments.put(kind, Variables.compile(environment, sources).environment());
              });
    }
    return environments;
  }

  private DeclType params(ParamKind kind) {
    return types
        .find(GroupVersionKind.parse(kind.apiVersion(), kind.kind()))
        .map(type -> type.named(kind.kind() + "Params"))
        .orElse(Scalar.DYN);
  }

  private Collection<GroupVersionKind> kinds(ValidatingAdmissionPolicySpec spec) {
    Set<GroupVersionKind> kinds = new TreeSet<>(ORDER);
    var constraints = spec.matchConstraints();
    if (constraints == null) {
      return kinds;
    }
    for (var rule : constraints.resourceRules()) {
      boolean wild = hasWildcard(rule.apiGroups()) || hasWildcard(rule.apiVersions());
      if (!wild && !collect(rule, kinds)) {
        break;
      }
    }
    return kinds;
  }

  private static boolean hasWildcard(List<String> names) {
    return names.stream().anyMatch(name -> name.indexOf('*') >= 0);
  }

  /// Whether there may be more; a rule that names too many types ends the search.
  private boolean collect(NamedRuleWithOperations rule, Set<GroupVersionKind> kinds) {
    int count = 0;
    for (var group : new TreeSet<>(rule.apiGroups())) {
      for (var version : new TreeSet<>(rule.apiVersions())) {
        for (var resource : new TreeSet<>(rule.resources())) {
          for (var kind : types.kinds(group, version, resource)) {
            kinds.add(kind);
            count++;
            if (count == TYPES_MAX) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }
}
