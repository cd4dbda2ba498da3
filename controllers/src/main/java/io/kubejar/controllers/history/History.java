package io.kubejar.controllers.history;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the revisions of a kind of owner.
///
/// @param hashLabel the label in which a revision shows its hash
public record History(Client client, String hashLabel) {
  private static final Logger log = LoggerFactory.getLogger(History.class);

  /// So often in a row a name may be in use by another template.
  private static final int COLLISIONS_MAX = 20;

  /// Makes today's template that of the newest revision.
  ///
  /// @param collisions what the owner's status counts
  public Newest newest(
      KubernetesObject owner, PodTemplateSpec template, RevisionPlan plan, int collisions)
      throws InterruptedException {
    // Made from a cache that is behind, a new revision would get the number of another one. New
    // ones are rare, so the server is asked.
    var step =
        plan.step() instanceof RevisionPlan.Create
            ? RevisionPlan.of(ofServer(owner), template).step()
            : plan.step();
    return switch (step) {
      case RevisionPlan.Keep(var revision) -> new Newest(revision, collisions);
      case RevisionPlan.Raise(var revision, long number) -> {
        var raised = revision.withRevision(number);
        yield new Newest(client.update(ControllerRevision.RESOURCE, raised), collisions);
      }
      case RevisionPlan.Create(long number) -> create(owner, template, number, collisions);
    };
  }

  private List<ControllerRevision> ofServer(KubernetesObject owner) throws InterruptedException {
    var inNamespace = ListOptions.inNamespace(owner.metadata().namespace());
    return client.list(ControllerRevision.RESOURCE, inNamespace).items().stream()
        .filter(revision -> ControllerRefs.isControlledBy(revision, owner))
        .toList();
  }

  private Newest create(
      KubernetesObject owner, PodTemplateSpec template, long number, int collisionsBefore)
      throws InterruptedException {
    for (int collisions = collisionsBefore; ; collisions++) {
      var wanted = revision(owner, template, number, collisions);
      try {
        return new Newest(client.create(ControllerRevision.RESOURCE, wanted), collisions);
      } catch (ApiException refused) {
        if (!refused.isAlreadyExists() || collisions == collisionsBefore + COLLISIONS_MAX) {
          throw refused;
        }
      }
      // In use by the one that we have made before the cache showed it, or by another template
      // that happens to have the same hash. The latter is counted, so that the next hash is another
      // one.
      var existing = client.get(ControllerRevision.RESOURCE, ObjectKey.of(wanted));
      if (TemplateData.isOf(existing, template)) {
        return new Newest(existing, collisions);
      }
      log.info("Hash collision. owner={} count={}", ObjectKey.of(owner), collisions + 1);
    }
  }

  private ControllerRevision revision(
      KubernetesObject owner, PodTemplateSpec template, long number, int collisions) {
    var data = TemplateData.of(template);
    var hash = RevisionHash.of(data, collisions);
    Map<String, String> labels = new LinkedHashMap<>(template.metadata().labels());
    labels.put(hashLabel, hash);
    return ControllerRevision.EMPTY
        .withMetadata(
            ObjectMeta.builder()
                .namespace(owner.metadata().namespace())
                .name(RevisionHash.name(owner.metadata().name(), hash))
                .labels(labels)
                .annotations(owner.metadata().annotations())
                .ownerReferences(List.of(ControllerRefs.to(owner)))
                .build())
        .withData(data)
        .withRevision(number);
  }

  /// Drops revisions.
  public void delete(List<ControllerRevision> revisions) throws InterruptedException {
    for (var revision : revisions) {
      var onlyThis =
          DeleteOptions.EMPTY.withPreconditions(
              Preconditions.EMPTY.withUid(revision.metadata().uid()));
      try {
        client.delete(ControllerRevision.RESOURCE, ObjectKey.of(revision), onlyThis);
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
    }
  }

  /// The revision of today's template.
  ///
  /// @param collisions what the owner's status is to count now
  public record Newest(ControllerRevision revision, int collisions) {}
}
