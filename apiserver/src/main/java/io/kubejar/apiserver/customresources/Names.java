package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionCondition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionNames;
import io.kubejar.apimachinery.GoText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which of the names that a definition asks for it may have: those that no other definition of its
/// group has been given before. Pure: the same definitions give the same answer.
final class Names {
  private final CustomResourceDefinition definition;
  private final Set<String> resources = new HashSet<>();
  private final Set<String> kinds = new HashSet<>();
  private String reason = "";
  private String message = "";

  /// @param group all definitions of the group, with this one or without
  Names(CustomResourceDefinition definition, List<CustomResourceDefinition> group) {
    this.definition = definition;
    for (var each : group) {
      var taken = each.status().acceptedNames();
      resources.add(taken.plural());
      resources.add(taken.singular());
      resources.addAll(taken.shortNames());
      kinds.add(taken.kind());
      kinds.add(taken.listKind());
    }
  }

  /// The definition with the names it gets, and the conditions that tell of them; the same one if
  /// there is nothing to change.
  CustomResourceDefinition settled(Instant now) {
    var accepted = definition.status().acceptedNames();
    if (definition.spec().names().equals(accepted)) {
      return definition;
    }
    var names = accept(definition.spec().names(), accepted);
    var condition = condition();
    boolean told =
        Conditions.find(definition, Conditions.NAMES_ACCEPTED)
            .filter(old -> isSame(old, condition))
            .isPresent();
    if (names.equals(accepted) && told) {
      return definition;
    }
    var named = definition.withStatus(definition.status().withAcceptedNames(names));
    var judged = Conditions.with(named, condition, now);
    return Conditions.with(judged, established(condition.status().equals("True")), now);
  }

  private CustomResourceDefinitionNames accept(
      CustomResourceDefinitionNames wanted, CustomResourceDefinitionNames accepted) {
    var names = accepted.withCategories(wanted.categories());
    if (isFree("PluralConflict", wanted.plural(), accepted.plural(), resources)) {
      names = names.withPlural(wanted.plural());
    }
    if (isFree("SingularConflict", wanted.singular(), accepted.singular(), resources)) {
      names = names.withSingular(wanted.singular());
    }
    if (shortNamesAreFree(wanted.shortNames(), accepted.shortNames())) {
      names = names.withShortNames(wanted.shortNames());
    }
    if (isFree("KindConflict", wanted.kind(), accepted.kind(), kinds)) {
      names = names.withKind(wanted.kind());
    }
    if (isFree("ListKindConflict", wanted.listKind(), accepted.listKind(), kinds)) {
      names = names.withListKind(wanted.listKind());
    }
    return names;
  }

  private boolean isFree(String conflict, String wanted, String accepted, Set<String> taken) {
    if (wanted.equals(accepted) || !taken.contains(wanted)) {
      return true;
    }
    reason = conflict;
    message = inUse(wanted);
    return false;
  }

  private boolean shortNamesAreFree(List<String> wanted, List<String> accepted) {
    var conflicts = new ArrayList<String>();
    for (var name : wanted) {
      if (!accepted.contains(name) && resources.contains(name)) {
        conflicts.add(inUse(name));
      }
    }
    if (conflicts.isEmpty()) {
      return true;
    }
    reason = "ShortNamesConflict";
    message =
        conflicts.size() == 1
            ? conflicts.getFirst()
            : "[" + String.join(", ", conflicts.stream().distinct().toList()) + "]";
    return false;
  }

  private static String inUse(String name) {
    return GoText.quoted(name) + " is already in use";
  }

  private CustomResourceDefinitionCondition condition() {
    return reason.isEmpty()
        ? Conditions.condition(Conditions.NAMES_ACCEPTED, true, "NoConflicts", "no conflicts found")
        : Conditions.condition(Conditions.NAMES_ACCEPTED, false, reason, message);
  }

  /// Established stays what it is once it is true; it becomes true only after the resource is
  /// served.
  private CustomResourceDefinitionCondition established(boolean accepted) {
    var before = Conditions.find(definition, Conditions.ESTABLISHED);
    boolean already = before.filter(old -> old.status().equals("True")).isPresent();
    if (accepted && !already) {
      return Conditions.condition(
          Conditions.ESTABLISHED, false, "Installing", "the initial names have been accepted");
    }
    return before.orElseGet(
        () ->
            Conditions.condition(
                Conditions.ESTABLISHED, false, "NotAccepted", "not all names are accepted"));
  }

  private static boolean isSame(
      CustomResourceDefinitionCondition one, CustomResourceDefinitionCondition other) {
    return one.status().equals(other.status())
        && one.reason().equals(other.reason())
        && one.message().equals(other.message());
  }
}
