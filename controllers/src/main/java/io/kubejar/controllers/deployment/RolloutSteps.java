package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what the plans of a rollout say. Each step returns the world as it is then.
record RolloutSteps(Client client, EventRecorder events, InstantSource clock) {
  private static final Logger log = LoggerFactory.getLogger(RolloutSteps.class);

  /// Brings the annotations of the new set up to date, if there is one.
  Rollout syncNewSet(Rollout rollout) throws InterruptedException {
    if (rollout.newSet().isEmpty()) {
      return rollout;
    }
    var known = rollout.newSet().get();
    var deployment = rollout.deployment();
    long revision = Revisions.next(rollout.oldSets());
    var annotations = Revisions.ofNewSet(deployment, known.metadata().annotations(), revision);
    int minReadySeconds = deployment.spec().minReadySeconds();
    var synced = known;
    if (!annotations.equals(known.metadata().annotations())
        || minReadySeconds != known.spec().minReadySeconds()) {
      synced =
          client.update(
              ReplicaSet.RESOURCE,
              known
                  .withMetadata(known.metadata().withAnnotations(annotations))
                  .withSpec(known.spec().withMinReadySeconds(minReadySeconds)));
    }
    var noted = noteRevision(deployment, Revisions.revision(synced));
    if (DeploymentStatuses.hasDeadline(deployment)
        && Conditions.find(deployment.status(), Conditions.PROGRESSING).isEmpty()) {
      var message = "Found new replica set \"" + synced.metadata().name() + "\"";
      noted = noteProgress(noted, "FoundNewReplicaSet", "True", message);
    }
    return new Rollout(noted, Optional.of(synced), rollout.oldSets());
  }

  Rollout syncOrCreateNewSet(Rollout rollout) throws InterruptedException {
    return rollout.newSet().isPresent() ? syncNewSet(rollout) : createNewSet(rollout);
  }

  private Rollout createNewSet(Rollout rollout) throws InterruptedException {
    var deployment = rollout.deployment();
    var wanted = newSet(rollout);
    ReplicaSet created;
    try {
      created = client.create(ReplicaSet.RESOURCE, wanted);
    } catch (ApiException refused) {
      if (refused.isAlreadyExists()) {
        created = resolveCollision(deployment, wanted, refused);
      } else if (refused.isNamespaceTerminating()) {
        return rollout;
      } else {
        noteFailedCreation(deployment, wanted, refused);
        throw refused;
      }
    }
    int size = Rollout.size(created);
    if (size > 0) {
      events.normal(
          deployment,
          "ScalingReplicaSet",
          "Scaled up replica set %s from 0 to %d".formatted(created.metadata().name(), size));
    }
    var noted = noteRevision(deployment, Revisions.revision(created));
    if (DeploymentStatuses.hasDeadline(deployment)) {
      var message = "Created new replica set \"" + created.metadata().name() + "\"";
      noted = noteProgress(noted, "NewReplicaSetCreated", "True", message);
    }
    return new Rollout(noted, Optional.of(created), rollout.oldSets());
  }

  private static ReplicaSet newSet(Rollout rollout) {
    var deployment = rollout.deployment();
    var metadata = deployment.metadata();
    int collisions = Objects.requireNonNullElse(deployment.status().collisionCount(), 0);
    var hash = Templates.hash(deployment.spec().template(), collisions);
    var template = Templates.withHash(deployment.spec().template(), hash);
    var selector = Objects.requireNonNullElse(deployment.spec().selector(), LabelSelector.EMPTY);
    var labels = new LinkedHashMap<>(selector.matchLabels());
    labels.put(Templates.HASH_LABEL, hash);
    int size = Rollout.newSetSize(deployment, rollout.all(), 0);
    var annotations =
        Revisions.ofNewSet(deployment, java.util.Map.of(), Revisions.next(rollout.oldSets()));
    return ReplicaSet.EMPTY
        .withMetadata(
            ObjectMeta.builder()
                .namespace(metadata.namespace())
                .name(metadata.name() + "-" + hash)
                .labels(template.metadata().labels())
                .annotations(annotations)
                .ownerReferences(List.of(ControllerRefs.to(deployment)))
                .build())
        .withSpec(
            ReplicaSet.EMPTY.spec().toBuilder()
                .replicas(size)
                .minReadySeconds(deployment.spec().minReadySeconds())
                .selector(selector.withMatchLabels(labels))
                .template(template)
                .build());
  }

  /// The name is in use: by the set we have created before the cache showed it, or by one of
  /// another template that happens to have the same hash. The latter is counted, so that the next
  /// hash is another one.
  private ReplicaSet resolveCollision(
      Deployment deployment, ReplicaSet wanted, ApiException refused) throws InterruptedException {
    var existing = client.get(ReplicaSet.RESOURCE, ObjectKey.of(wanted));
    if (ControllerRefs.isControlledBy(existing, deployment)
        && Templates.sameTemplate(existing.spec().template(), wanted.spec().template())) {
      return existing;
    }
    int collisions = Objects.requireNonNullElse(deployment.status().collisionCount(), 0);
    log.info("Hash collision. deployment={} count={}", ObjectKey.of(deployment), collisions + 1);
    client.updateStatus(
        Deployment.RESOURCE,
        deployment.withStatus(deployment.status().withCollisionCount(collisions + 1)));
    throw refused;
  }

  private void noteFailedCreation(Deployment deployment, ReplicaSet wanted, ApiException refused)
      throws InterruptedException {
    var message =
        "Failed to create new replica set \"%s\": %s"
            .formatted(wanted.metadata().name(), refused.getMessage());
    if (DeploymentStatuses.hasDeadline(deployment)) {
      noteProgress(deployment, "ReplicaSetCreateError", "False", message);
    }
    events.warning(deployment, "ReplicaSetCreateError", message);
  }

  /// Carries out the scalings, in order.
  Rollout scale(Rollout rollout, List<Scaling> scalings) throws InterruptedException {
    var result = rollout;
    for (var scaling : scalings) {
      var scaled = scale(rollout.deployment(), scaling);
      result = replaced(result, scaling.replicaSet(), scaled);
    }
    return result;
  }

  private ReplicaSet scale(Deployment deployment, Scaling scaling) throws InterruptedException {
    var set = scaling.replicaSet();
    int before = Rollout.size(set);
    var annotations = new LinkedHashMap<>(set.metadata().annotations());
    annotations.putAll(Revisions.sizes(deployment));
    if (before == scaling.size() && annotations.equals(set.metadata().annotations())) {
      return set;
    }
    var scaled =
        client.update(
            ReplicaSet.RESOURCE,
            set.withMetadata(set.metadata().withAnnotations(annotations))
                .withSpec(set.spec().withReplicas(scaling.size())));
    if (before != scaling.size()) {
      events.normal(
          deployment,
          "ScalingReplicaSet",
          "Scaled %s replica set %s from %d to %d"
              .formatted(
                  scaling.size() > before ? "up" : "down",
                  set.metadata().name(),
                  before,
                  scaling.size()));
    }
    return scaled;
  }

  /// Deletes the history beyond its limit.
  void cleanUp(Rollout rollout) throws InterruptedException {
    for (var set : CleanupPlan.of(rollout)) {
      var onlyThis =
          DeleteOptions.EMPTY.withPreconditions(Preconditions.EMPTY.withUid(set.metadata().uid()));
      try {
        client.delete(ReplicaSet.RESOURCE, ObjectKey.of(set), onlyThis);
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
    }
  }

  private Deployment noteRevision(Deployment deployment, long revision)
      throws InterruptedException {
    if (Revisions.revision(deployment) == revision) {
      return deployment;
    }
    var annotations = new LinkedHashMap<>(deployment.metadata().annotations());
    annotations.put(Revisions.REVISION, Long.toString(revision));
    return client.update(
        Deployment.RESOURCE,
        deployment.withMetadata(deployment.metadata().withAnnotations(annotations)));
  }

  private Deployment noteProgress(
      Deployment deployment, String reason, String status, String message)
      throws InterruptedException {
    var condition = Conditions.of(Conditions.PROGRESSING, status, reason, message, clock.instant());
    var noted = Conditions.set(deployment.status(), condition);
    return noted.equals(deployment.status())
        ? deployment
        : client.updateStatus(Deployment.RESOURCE, deployment.withStatus(noted));
  }

  private static Rollout replaced(Rollout rollout, ReplicaSet before, ReplicaSet after) {
    if (rollout.newSet().filter(set -> isSame(set, before)).isPresent()) {
      return new Rollout(rollout.deployment(), Optional.of(after), rollout.oldSets());
    }
    var old = rollout.oldSets().stream().map(set -> isSame(set, before) ? after : set).toList();
    return new Rollout(rollout.deployment(), rollout.newSet(), old);
  }

  private static boolean isSame(ReplicaSet left, ReplicaSet right) {
    return left.metadata().uid().equals(right.metadata().uid());
  }
}
