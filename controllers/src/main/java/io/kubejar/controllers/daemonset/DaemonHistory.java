package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.client.Patch;
import io.kubejar.controllers.history.History;
import io.kubejar.controllers.history.RevisionPlan;
import io.kubejar.controllers.history.Truncation;
import io.kubejar.controllers.ownership.ClaimPlan;
import io.kubejar.controllers.ownership.Claims;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// The revisions of DaemonSets.
record DaemonHistory(Client client, Informer<ControllerRevision> revisions) {

  /// What a DaemonSet's history says now.
  ///
  /// @param hash of the newest revision: its pods carry it
  /// @param old the other revisions
  /// @param pods the DaemonSet's pods, labelled as their revisions are
  record Past(String hash, List<ControllerRevision> old, int collisions, List<Pod> pods) {}

  /// Brings the history up to today's template.
  Past bringUpToDate(DaemonSet daemonSet, List<Pod> owned) throws InterruptedException {
    var history = new History(client, DaemonPods.HASH_LABEL);
    var template = daemonSet.spec().template();
    var plan = RevisionPlan.of(labelled(claim(daemonSet)), template);
    int collisions = Objects.requireNonNullElse(daemonSet.status().collisionCount(), 0);
    var newest = history.newest(daemonSet, template, plan, collisions);
    var hash = hash(newest.revision());
    var pods = relabelled(owned, plan.duplicates(), hash);
    if (pods.equals(owned)) {
      history.delete(plan.duplicates()); // Not before the cache shows the pods' new labels.
    }
    return new Past(hash, plan.old(), newest.collisions(), pods);
  }

  /// Drops the oldest revisions beyond the limit that no pod needs.
  void truncate(DaemonSet daemonSet, Past past) throws InterruptedException {
    var used =
        past.pods().stream()
            .map(pod -> pod.metadata().labels().getOrDefault(DaemonPods.HASH_LABEL, ""))
            .collect(Collectors.toSet());
    var limit = daemonSet.spec().revisionHistoryLimit();
    new History(client, DaemonPods.HASH_LABEL)
        .delete(Truncation.ofOld(past.old(), it -> used.contains(hash(it)), limit));
  }

  private List<ControllerRevision> claim(DaemonSet daemonSet) throws InterruptedException {
    var selector = LabelSelectors.of(daemonSet.spec().selector());
    var candidates = revisions.claimableBy(daemonSet);
    return new Claims<>(client, DaemonSet.RESOURCE, ControllerRevision.RESOURCE)
        .claim(daemonSet, ClaimPlan.of(daemonSet, selector, candidates));
  }

  /// Adopted revisions may lack the label by which pods are told apart. Their names will do.
  private List<ControllerRevision> labelled(List<ControllerRevision> owned)
      throws InterruptedException {
    var all = new ArrayList<ControllerRevision>();
    for (var revision : owned) {
      var metadata = revision.metadata();
      if (metadata.labels().containsKey(DaemonPods.HASH_LABEL)) {
        all.add(revision);
        continue;
      }
      var labels = new LinkedHashMap<>(metadata.labels());
      labels.put(DaemonPods.HASH_LABEL, metadata.name());
      all.add(
          client.update(
              ControllerRevision.RESOURCE, revision.withMetadata(metadata.withLabels(labels))));
    }
    return all;
  }

  /// The pods of duplicates are up to date: they must not be replaced for their label alone.
  private List<Pod> relabelled(List<Pod> owned, List<ControllerRevision> duplicates, String hash)
      throws InterruptedException {
    var hashes = duplicates.stream().map(DaemonHistory::hash).collect(Collectors.toSet());
    var labels = JsonObject.of(DaemonPods.HASH_LABEL, new JsonString(hash));
    var all = new ArrayList<Pod>();
    for (var pod : owned) {
      var known = pod.metadata().labels().getOrDefault(DaemonPods.HASH_LABEL, "");
      if (!hashes.contains(known) || known.equals(hash)) {
        all.add(pod);
        continue;
      }
      var metadata =
          JsonObject.of("labels", labels).with("uid", new JsonString(pod.metadata().uid()));
      var patch = Patch.merge(JsonPrinter.print(JsonObject.of("metadata", metadata)));
      all.add(client.patch(Pod.RESOURCE, ObjectKey.of(pod), patch));
    }
    return all;
  }

  private static String hash(ControllerRevision revision) {
    return revision.metadata().labels().getOrDefault(DaemonPods.HASH_LABEL, "");
  }
}
