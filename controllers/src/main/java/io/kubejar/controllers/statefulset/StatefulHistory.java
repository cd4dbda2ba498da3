package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.controllers.history.History;
import io.kubejar.controllers.history.RevisionPlan;
import io.kubejar.controllers.history.TemplateData;
import io.kubejar.controllers.history.Truncation;
import io.kubejar.controllers.ownership.ClaimPlan;
import io.kubejar.controllers.ownership.Claims;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The revisions of StatefulSets.
record StatefulHistory(Client client, Informer<ControllerRevision> revisions) {
  private static final String HASH_LABEL = "controller.kubernetes.io/hash";

  /// What a set's history says now.
  ///
  /// @param all the revisions that were there before
  record Past(
      Members.Revision current,
      Members.Revision update,
      List<ControllerRevision> all,
      int collisions) {}

  /// Brings the history up to today's template.
  Past bringUpToDate(StatefulSet set) throws InterruptedException {
    var owned = claim(set);
    var known = named(set, set.status().currentRevision(), owned);
    named(set, set.status().updateRevision(), owned);
    var template = set.spec().template();
    int collisions = Objects.requireNonNullElse(set.status().collisionCount(), 0);
    var newest =
        new History(client, HASH_LABEL)
            .newest(set, template, RevisionPlan.of(owned, template), collisions);
    var update = new Members.Revision(newest.revision().metadata().name(), template);
    var current = known.isEmpty() ? update : read(known.get());
    return new Past(current, update, owned, newest.collisions());
  }

  /// Drops the oldest revisions beyond the limit that neither the set nor a pod needs.
  void truncate(StatefulSet set, Past past, List<Pod> owned) throws InterruptedException {
    var used =
        Stream.concat(
                Stream.of(past.current().name(), past.update().name()),
                owned.stream().map(Identity::revision))
            .collect(Collectors.toSet());
    var limit = set.spec().revisionHistoryLimit();
    new History(client, HASH_LABEL)
        .delete(Truncation.ofUnused(past.all(), it -> used.contains(it.metadata().name()), limit));
  }

  private List<ControllerRevision> claim(StatefulSet set) throws InterruptedException {
    var selector = LabelSelectors.of(set.spec().selector());
    var candidates = revisions.claimableBy(set);
    var plan = ClaimPlan.of(set, selector, candidates);
    return new Claims<>(client, StatefulSet.RESOURCE, ControllerRevision.RESOURCE)
        .claim(set, new ClaimPlan<>(plan.keep(), plan.adopt(), List.of()));
  }

  /// The revision that the status names. If the cache does not show it yet, the server is asked,
  /// and it is added to what is owned: without it a rollout would forget where it came from, and a
  /// rollback that it is one.
  private Optional<ControllerRevision> named(
      StatefulSet set, String name, List<ControllerRevision> owned) throws InterruptedException {
    var known = owned.stream().filter(it -> it.metadata().name().equals(name)).findFirst();
    if (known.isPresent() || name.isEmpty()) {
      return known;
    }
    var found =
        client
            .find(ControllerRevision.RESOURCE, new ObjectKey(set.metadata().namespace(), name))
            .filter(it -> ControllerRefs.isControlledBy(it, set));
    found.ifPresent(owned::add);
    return found;
  }

  private static Members.Revision read(ControllerRevision revision) {
    var name = revision.metadata().name();
    var template =
        TemplateData.template(revision)
            .orElseThrow(() -> new IllegalStateException("keeps no template: revision " + name));
    return new Members.Revision(name, template);
  }
}
