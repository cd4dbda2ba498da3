package io.kubejar.controllers.namespace;

import io.kubejar.api.core.v1.NamespaceCondition;
import io.kubejar.api.core.v1.NamespaceStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// What the status of a namespace says about its end. Pure.
final class NamespaceConditions {
  private NamespaceConditions() {}

  static NamespaceStatus of(NamespaceStatus before, Remaining remaining, Instant now) {
    var second = now.truncatedTo(ChronoUnit.SECONDS);
    boolean failed = !remaining.failures().isEmpty();
    boolean left = !remaining.objects().isEmpty();
    boolean finalizers = !remaining.finalizers().isEmpty();
    var wanted =
        List.of(
            condition(
                "NamespaceDeletionDiscoveryFailure",
                false,
                "ResourcesDiscovered",
                "All resources successfully discovered"),
            condition(
                "NamespaceDeletionGroupVersionParsingFailure",
                false,
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed"),
            condition(
                "NamespaceDeletionContentFailure",
                failed,
                failed ? "ContentDeletionFailed" : "ContentDeleted",
                failed
                    ? "Failed to delete all resource types, "
                        + remaining.failures().size()
                        + " remaining: "
                        + String.join(", ", remaining.failures())
                    : "All content successfully deleted, may be waiting on finalization"),
            condition(
                "NamespaceContentRemaining",
                left,
                left ? "SomeResourcesRemain" : "ContentRemoved",
                left ? remaining.objectsText() : "All content successfully removed"),
            condition(
                "NamespaceFinalizersRemaining",
                finalizers,
                finalizers ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
                finalizers
                    ? remaining.finalizersText()
                    : "All content-preserving finalizers finished"));
    var result = new ArrayList<>(before.conditions());
    for (var condition : wanted) {
      set(result, condition.withLastTransitionTime(second));
    }
    return before.withConditions(result);
  }

  private static void set(List<NamespaceCondition> all, NamespaceCondition condition) {
    for (int i = 0; i < all.size(); i++) {
      var known = all.get(i);
      if (known.type().equals(condition.type())) {
        boolean same = known.status().equals(condition.status());
        all.set(i, same ? condition.withLastTransitionTime(known.lastTransitionTime()) : condition);
        return;
      }
    }
    all.add(condition);
  }

  private static NamespaceCondition condition(
      String type, boolean status, String reason, String message) {
    return NamespaceCondition.EMPTY
        .withType(type)
        .withStatus(status ? "True" : "False")
        .withReason(reason)
        .withMessage(message);
  }
}
