package io.kubejar.apiserver.validation;

import io.kubejar.api.batch.v1.JobSpec;
import io.kubejar.api.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.kubejar.api.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import io.kubejar.api.batch.v1.PodFailurePolicyRule;
import io.kubejar.api.batch.v1.SuccessPolicy;
import io.kubejar.api.batch.v1.SuccessPolicyRule;
import io.kubejar.api.core.v1.Container;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// When a job has failed, when it has succeeded, and when its pods are replaced.
final class JobPolicies {
  private static final int MOST_RULES = 20;
  private static final int MOST_EXIT_CODES = 255;
  private static final int LONGEST_INDEXES = 64 << 10;
  private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");

  private JobPolicies() {}

  /// @param at the job's spec
  static void all(Check at, JobSpec spec) {
    failure(at.at("podFailurePolicy"), spec);
    var success = spec.successPolicy();
    if (success != null) {
      success(at.at("successPolicy"), success, spec);
    }
    var replacement = spec.podReplacementPolicy();
    if (replacement == null) {
      return;
    }
    if (spec.podFailurePolicy() != null) {
      if (!replacement.equals("Failed")) {
        at.at("podReplacementPolicy").notSupported(replacement, "Failed");
      }
    } else if (!replacement.equals("Failed") && !replacement.equals("TerminatingOrFailed")) {
      at.at("podReplacementPolicy").notSupported(replacement, "Failed", "TerminatingOrFailed");
    }
  }

  private static void failure(Check at, JobSpec spec) {
    var policy = spec.podFailurePolicy();
    if (policy == null) {
      return;
    }
    var rules = at.at("rules");
    if (policy.rules().size() > MOST_RULES) {
      rules.tooMany(policy.rules().size(), MOST_RULES);
    }
    var pod = spec.template().spec();
    var names =
        Stream.concat(pod.containers().stream(), pod.initContainers().stream())
            .map(Container::name)
            .collect(Collectors.toSet());
    rules.each(policy.rules(), (item, rule) -> rule(item, rule, spec, names));
  }

  private static void rule(
      Check at, PodFailurePolicyRule rule, JobSpec spec, Set<String> containers) {
    var action = rule.action();
    if (action.isEmpty()) {
      at.at("action").required("valid values: " + quoted(ACTIONS));
    } else if (action.equals("FailIndex")) {
      if (spec.backoffLimitPerIndex() == null) {
        at.at("action").invalid(action, "requires the backoffLimitPerIndex to be set");
      }
    } else if (!ACTIONS.contains(action)) {
      at.at("action").notSupported(action, ACTIONS.toArray(String[]::new));
    }
    var codes = rule.onExitCodes();
    var conditions = rule.onPodConditions();
    if (codes != null) {
      exitCodes(at.at("onExitCodes"), codes, containers);
    }
    if (conditions.size() > MOST_RULES) {
      at.at("onPodConditions").tooMany(conditions.size(), MOST_RULES);
    }
    at.at("onPodConditions").each(conditions, JobPolicies::condition);
    if (codes != null && !conditions.isEmpty()) {
      unshown(at, "specifying both OnExitCodes and OnPodConditions is not supported");
    }
    if (codes == null && conditions.isEmpty()) {
      unshown(at, "specifying one of OnExitCodes and OnPodConditions is required");
    }
  }

  private static void unshown(Check at, String detail) {
    at.errors().add(FieldError.invalidUnshown(at.path(), detail));
  }

  /// Texts as Go prints a list of them.
  private static String quoted(List<String> values) {
    return values.stream()
        .map(value -> "\"" + value + "\"")
        .collect(Collectors.joining(" ", "[", "]"));
  }

  private static void condition(Check at, PodFailurePolicyOnPodConditionsPattern pattern) {
    at.at("type").format(pattern.type(), Formats::labelKey);
    var states = List.of("False", "True", "Unknown");
    if (pattern.status().isEmpty()) {
      at.at("status").required("valid values: " + quoted(states));
    } else if (!states.contains(pattern.status())) {
      at.at("status").notSupported(pattern.status(), states.toArray(String[]::new));
    }
  }

  private static void exitCodes(
      Check at, PodFailurePolicyOnExitCodesRequirement codes, Set<String> containers) {
    var operator = codes.operator();
    if (operator.isEmpty()) {
      at.at("operator").required("valid values: " + quoted(List.of("In", "NotIn")));
    } else if (!operator.equals("In") && !operator.equals("NotIn")) {
      at.at("operator").notSupported(operator, "In", "NotIn");
    }
    var container = codes.containerName();
    if (container != null && !containers.contains(container)) {
      at.at("containerName")
          .invalid(
              container, "must be one of the container or initContainer names in the pod template");
    }
    var values = at.at("values");
    if (codes.values().isEmpty()) {
      values.invalid(codes.values(), "at least one value is required");
    } else if (codes.values().size() > MOST_EXIT_CODES) {
      values.tooMany(codes.values().size(), MOST_EXIT_CODES);
    }
    var seen = new HashSet<Integer>();
    values.each(
        codes.values(),
        (item, code) -> {
          if (code == 0 && operator.equals("In")) {
            item.invalid(code, "must not be 0 for the In operator");
          }
          if (!seen.add(code)) {
            item.duplicate(code);
          }
        });
    if (!codes.values().stream().sorted().toList().equals(codes.values())) {
      values.invalid(codes.values(), "must be ordered");
    }
  }

  private static void success(Check at, SuccessPolicy policy, JobSpec spec) {
    if (!Jobs.isIndexed(spec)) {
      at.invalid(policy, "requires indexed completion mode");
      return;
    }
    var rules = at.at("rules");
    if (policy.rules().isEmpty()) {
      rules.required("at least one rules must be specified when the successPolicy is specified");
    }
    if (policy.rules().size() > MOST_RULES) {
      rules.tooMany(policy.rules().size(), MOST_RULES);
    }
    int completions = Objects.requireNonNullElse(spec.completions(), 0);
    rules.each(policy.rules(), (item, rule) -> success(item, rule, completions));
  }

  private static void success(Check at, SuccessPolicyRule rule, int completions) {
    var count = rule.succeededCount();
    var indexes = rule.succeededIndexes();
    if (count == null && indexes == null) {
      at.required("at least one of succeededCount or succeededIndexes must be specified");
    }
    int total = 0;
    if (indexes != null) {
      var place = at.at("succeededIndexes");
      if (indexes.length() > LONGEST_INDEXES) {
        place.tooLong(LONGEST_INDEXES);
      }
      var parsed = JobIndexes.parse(indexes, completions);
      total = parsed.total();
      parsed
          .problem()
          .ifPresent(
              problem -> place.invalid(indexes, "error parsing succeededIndexes: " + problem));
    }
    if (count == null) {
      return;
    }
    var place = at.at("succeededCount");
    place.nonNegative(count);
    if (count > completions) {
      place.invalid(
          count,
          "must be less than or equal to "
              + completions
              + " (the number of specified completions)");
    }
    if (indexes != null && count > total) {
      place.invalid(
          count,
          "must be less than or equal to "
              + total
              + " (the number of indexes in the specified succeededIndexes field)");
    }
  }
}
