package io.kubejar.controllers.history;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.core.v1.PodTemplateSpec;
import java.util.Comparator;
import java.util.List;

/// Which revision keeps the owner's template of today. Pure.
///
/// @param step how it gets to be the newest
/// @param old the revisions of other templates, the oldest first
/// @param duplicates further revisions of the same template
public record RevisionPlan(
    Step step, List<ControllerRevision> old, List<ControllerRevision> duplicates) {

  /// By number; of equal numbers the older object first.
  public static final Comparator<ControllerRevision> OLDEST_FIRST =
      Comparator.comparingLong(ControllerRevision::revision)
          .thenComparing(
              revision -> revision.metadata().creationTimestamp(),
              Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(revision -> revision.metadata().name());

  /// @param owned the owner's revisions, in any order
  public static RevisionPlan of(List<ControllerRevision> owned, PodTemplateSpec template) {
    var sorted = owned.stream().sorted(OLDEST_FIRST).toList();
    var same = sorted.stream().filter(it -> TemplateData.isOf(it, template)).toList();
    var old = sorted.stream().filter(it -> !same.contains(it)).toList();
    long number = old.isEmpty() ? 1 : old.getLast().revision() + 1;
    if (same.isEmpty()) {
      return new RevisionPlan(new Create(number), old, List.of());
    }
    var newest = same.getLast();
    var step = newest.revision() < number ? new Raise(newest, number) : new Keep(newest);
    return new RevisionPlan(step, old, same.subList(0, same.size() - 1));
  }

  /// How today's template gets to be that of the newest revision.
  public sealed interface Step {}

  /// It is.
  public record Keep(ControllerRevision revision) implements Step {}

  /// An older revision gets a number beyond all others: a rollback.
  public record Raise(ControllerRevision revision, long number) implements Step {}

  /// No revision keeps it yet.
  public record Create(long number) implements Step {}
}
