package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.MatchResources;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.Mutation;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.MutationTypes;
import io.kubejar.apimachinery.cel.type.DeclType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// MutatingAdmissionPolicies and what binds them.
final class MutationPolicies {
  private static final String JSON_PATCH = "JSONPatch";
  private static final String APPLY_CONFIGURATION = "ApplyConfiguration";

  /// What is deleted cannot be changed.
  private static final String[] OPERATIONS = {"*", "CONNECT", "CREATE", "UPDATE"};

  private MutationPolicies() {}

  static void policy(Check root, MutatingAdmissionPolicy policy) {
    policy(root, policy, true);
  }

  /// Match conditions that nobody touched stay, whatever they are.
  static void policy(Check root, MutatingAdmissionPolicy policy, MutatingAdmissionPolicy old) {
    boolean same =
        Objects.equals(policy.spec().paramKind(), old.spec().paramKind())
            && policy.spec().matchConditions().equals(old.spec().matchConditions());
    policy(root, policy, !same);
  }

  private static void policy(Check root, MutatingAdmissionPolicy policy, boolean withConditions) {
    var spec = policy.spec();
    var at = root.at("spec");
    at.at("failurePolicy").oneOfIfSet(spec.failurePolicy(), "Fail", "Ignore");
    PolicyParts.paramKind(at.at("paramKind"), spec.paramKind());
    PolicyParts.constraints(at.at("matchConstraints"), spec.matchConstraints());
    operations(at.at("matchConstraints"), spec.matchConstraints());
    var plain = PolicyParts.withParams(Environments.admission(), spec.paramKind());
    if (withConditions) {
      PolicyParts.conditions(at.at("matchConditions"), spec.matchConditions(), plain);
    }
    var variables = PolicyParts.compiled(spec.variables(), plain);
    PolicyParts.variables(at.at("variables"), spec.variables(), variables);
    if (spec.mutations().isEmpty()) {
      at.at("mutations").required("mutations must contain at least one item");
    }
    var environment =
        variables.in(PolicyParts.withParams(Environments.mutation(), spec.paramKind()));
    at.at("mutations")
        .each(spec.mutations(), (item, mutation) -> mutation(item, mutation, environment));
    at.at("reinvocationPolicy").oneOf(spec.reinvocationPolicy(), "IfNeeded", "Never");
  }

  private static void operations(Check at, @Nullable MatchResources resources) {
    if (resources == null) {
      return;
    }
    for (var rule : resources.resourceRules()) {
      for (var operation : rule.operations()) {
        if (!List.of(OPERATIONS).contains(operation)) {
          at.at("resourceRules").at("operations").notSupported(operation, OPERATIONS);
        }
      }
    }
  }

  private static void mutation(Check at, Mutation mutation, Environment environment) {
    var patch = mutation.jsonPatch();
    var configuration = mutation.applyConfiguration();
    switch (mutation.patchType()) {
      case "" -> at.at("patchType").required("");
      case JSON_PATCH -> {
        var source = patch == null ? null : patch.expression();
        expression(at.at("jsonPatch"), JSON_PATCH, source, environment, MutationTypes.PATCHES);
        if (configuration != null) {
          excess(at.at("applyConfiguration"), JSON_PATCH);
        }
      }
      case APPLY_CONFIGURATION -> {
        var source = configuration == null ? null : configuration.expression();
        expression(
            at.at("applyConfiguration"),
            APPLY_CONFIGURATION,
            source,
            environment,
            MutationTypes.APPLIED);
        if (patch != null) {
          excess(at.at("jsonPatch"), APPLY_CONFIGURATION);
        }
      }
      default ->
          at.at("patchType").notSupported(mutation.patchType(), APPLY_CONFIGURATION, JSON_PATCH);
    }
  }

  /// Upstream shows the name of the field where others show its value.
  private static void excess(Check at, String type) {
    var path = at.path();
    at.invalid(
        "{" + path.substring(path.lastIndexOf('.') + 1) + "}",
        "must not be specified when patchType is " + type);
  }

  /// @param source null if the part is not there
  private static void expression(
      Check at, String type, @Nullable String source, Environment environment, DeclType wanted) {
    if (source == null) {
      at.required("must be specified when patchType is " + type);
      return;
    }
    var trimmed = source.strip();
    if (trimmed.isEmpty()) {
      at.at("expression").required("");
    } else {
      PolicyParts.compiles(
          at.at("expression"), trimmed, environment.with(MutationTypes.in(trimmed)), wanted);
    }
  }

  static void binding(Check root, MutatingAdmissionPolicyBinding binding) {
    var at = root.at("spec");
    PolicyParts.policyName(at.at("policyName"), binding.spec().policyName());
    PolicyParts.paramRef(at.at("paramRef"), binding.spec().paramRef());
    PolicyParts.resources(at.at("matchResources"), binding.spec().matchResources());
    operations(at.at("matchResources"), binding.spec().matchResources());
  }
}
