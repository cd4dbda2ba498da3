package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionCondition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The conditions of a definition: their types, and how one is found and set.
final class Conditions {
  static final String NAMES_ACCEPTED = "NamesAccepted";
  static final String ESTABLISHED = "Established";
  static final String NON_STRUCTURAL_SCHEMA = "NonStructuralSchema";
  static final String APPROVAL = "KubernetesAPIApprovalPolicyConformant";
  static final String TERMINATING = "Terminating";

  private Conditions() {}

  static CustomResourceDefinitionCondition condition(
      String type, boolean status, String reason, String message) {
    return CustomResourceDefinitionCondition.EMPTY
        .withType(type)
        .withStatus(status ? "True" : "False")
        .withReason(reason)
        .withMessage(message);
  }

  static Optional<CustomResourceDefinitionCondition> find(
      CustomResourceDefinition definition, String type) {
    return definition.status().conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst();
  }

  static boolean isTrue(CustomResourceDefinition definition, String type) {
    return find(definition, type).filter(found -> found.status().equals("True")).isPresent();
  }

  /// The definition with this condition; its time moves only with its status.
  static CustomResourceDefinition with(
      CustomResourceDefinition definition, CustomResourceDefinitionCondition wanted, Instant now) {
    var before = find(definition, wanted.type());
    var since =
        before
            .filter(old -> old.status().equals(wanted.status()))
            .map(CustomResourceDefinitionCondition::lastTransitionTime)
            .orElse(now.truncatedTo(ChronoUnit.SECONDS));
    var timed = wanted.withLastTransitionTime(since);
    var conditions = new ArrayList<>(definition.status().conditions());
    if (before.isPresent()) {
      conditions.replaceAll(old -> old.type().equals(timed.type()) ? timed : old);
    } else {
      conditions.add(timed);
    }
    return withAll(definition, conditions);
  }

  /// The definition with this condition, or the same one if it says so already.
  static CustomResourceDefinition told(
      CustomResourceDefinition definition, CustomResourceDefinitionCondition wanted, Instant now) {
    boolean told =
        find(definition, wanted.type())
            .filter(old -> old.status().equals(wanted.status()))
            .filter(old -> old.reason().equals(wanted.reason()))
            .filter(old -> old.message().equals(wanted.message()))
            .isPresent();
    return told ? definition : with(definition, wanted, now);
  }

  static CustomResourceDefinition without(CustomResourceDefinition definition, String type) {
    var conditions = new ArrayList<>(definition.status().conditions());
    conditions.removeIf(condition -> condition.type().equals(type));
    return withAll(definition, conditions);
  }

  private static CustomResourceDefinition withAll(
      CustomResourceDefinition definition, List<CustomResourceDefinitionCondition> conditions) {
    return definition.withStatus(definition.status().withConditions(conditions));
  }
}
