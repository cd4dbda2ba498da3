package io.kubejar.controllers.history;

import io.kubejar.api.apps.v1.ControllerRevision;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which revisions a history drops at its limit. Pure.
public final class Truncation {
  private Truncation() {}

  /// The oldest of those that are not in use, until as many of them are left as the limit allows.
  /// As for StatefulSets.
  ///
  /// @param limit null or negative for no limit
  public static List<ControllerRevision> ofUnused(
      List<ControllerRevision> revisions,
      Predicate<ControllerRevision> used,
      @Nullable Integer limit) {
    if (limit == null || limit < 0) {
      return List.of();
    }
    var unused = unused(revisions, used);
    return unused.stream().limit(Math.max(0, unused.size() - limit)).toList();
  }

  /// The oldest of those that are not in use, until as many are left as the limit allows, in use or
  /// not. As for DaemonSets.
  ///
  /// @param old the revisions but for the newest
  public static List<ControllerRevision> ofOld(
      List<ControllerRevision> old, Predicate<ControllerRevision> used, @Nullable Integer limit) {
    if (limit == null) {
      return List.of();
    }
    return unused(old, used).stream().limit(Math.max(0, old.size() - limit)).toList();
  }

  private static List<ControllerRevision> unused(
      List<ControllerRevision> revisions, Predicate<ControllerRevision> used) {
    return revisions.stream().filter(used.negate()).sorted(RevisionPlan.OLDEST_FIRST).toList();
  }
}
