package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes claims and puts their owners right.
record ClaimSteps(Client client, Informer<PersistentVolumeClaim> claims, EventRecorder events) {

  /// The claims of the set's pods, by name.
  Map<String, PersistentVolumeClaim> known(Members members) throws InterruptedException {
    var known = new HashMap<String, PersistentVolumeClaim>();
    for (var pod : members.all().toList()) {
      for (var claim : of(members.set(), pod)) {
        known.put(name(claim), claim);
      }
    }
    return known;
  }

  /// A pod's claims. One that the cache does not show yet is asked for when it is to get an owner:
  /// a pod must not go before its claims are tied to it.
  private List<PersistentVolumeClaim> of(StatefulSet set, Pod pod) throws InterruptedException {
    boolean mustKnow = Members.isCreated(pod) && ClaimRetention.of(set).deletes();
    var found = new ArrayList<PersistentVolumeClaim>();
    for (var name : PodClaims.names(set, pod)) {
      var known = cached(set, name);
      if (known.isEmpty() && mustKnow) {
        known = client.find(PersistentVolumeClaim.RESOURCE, key(set, name));
      }
      known.ifPresent(found::add);
    }
    return found;
  }

  /// Makes the claims that a pod lacks.
  ///
  /// @throws ApiException if one was refused, or is being deleted
  void makeMissing(StatefulSet set, Pod pod) throws InterruptedException {
    var refusals = new ArrayList<ApiException>();
    var messages = new ArrayList<String>();
    for (var claim : PodClaims.of(set, pod)) {
      var name = claim.metadata().name();
      var known = cached(set, name);
      try {
        if (known.isEmpty()) {
          known = Optional.of(make(set, pod, claim));
        }
        if (known.get().metadata().deletionTimestamp() != null) {
          messages.add("pvc " + name + " is being deleted");
          refusals.add(
              ApiException.conflict(
                  PersistentVolumeClaim.RESOURCE.groupResource(), name, "it is being deleted"));
        }
      } catch (ApiException refused) {
        messages.add("failed to create PVC " + name + ": " + refused.getMessage());
        refusals.add(refused);
      }
    }
    if (!refusals.isEmpty()) {
      throw saying(joined(messages), refusals.getFirst());
    }
  }

  private PersistentVolumeClaim make(StatefulSet set, Pod pod, PersistentVolumeClaim claim)
      throws InterruptedException {
    try {
      var made = client.create(PersistentVolumeClaim.RESOURCE, claim);
      events.normal(
          set,
          "SuccessfulCreate",
          "Create Claim %s Pod %s in StatefulSet %s success"
              .formatted(name(claim), pod.metadata().name(), set.metadata().name()));
      return made;
    } catch (ApiException refused) {
      if (refused.isAlreadyExists()) {
        return client.get(PersistentVolumeClaim.RESOURCE, ObjectKey.of(claim));
      }
      events.warning(
          set,
          "FailedCreate",
          "Create Claim %s for Pod %s in StatefulSet %s failed error: %s"
              .formatted(
                  name(claim), pod.metadata().name(), set.metadata().name(), refused.getMessage()));
      throw refused;
    }
  }

  /// Makes the owners of a pod's claims those that the set's policy asks for.
  void own(StatefulSet set, Pod pod) throws InterruptedException {
    var retention = ClaimRetention.of(set);
    for (var claim : of(set, pod)) {
      if (retention.hasForeignController(claim, set, pod)) {
        events.warning(
            set,
            "ConflictingController",
            ("PersistentVolumeClaim %s has a conflicting OwnerReference that acts as a manging"
                    + " controller, the retention policy is ignored for this claim")
                .formatted(name(claim)));
      }
      if (!retention.isUpToDate(claim, set, pod)) {
        update(retention.withOwners(claim, set, pod));
      }
    }
  }

  private void update(PersistentVolumeClaim claim) throws InterruptedException {
    try {
      client.update(PersistentVolumeClaim.RESOURCE, claim);
    } catch (ApiException refused) {
      throw saying(
          "could not update claim %s for delete policy ownerRefs: %s"
              .formatted(name(claim), refused.getMessage()),
          refused);
    }
  }

  private Optional<PersistentVolumeClaim> cached(StatefulSet set, String name) {
    return claims.find(key(set, name));
  }

  private static ObjectKey key(StatefulSet set, String name) {
    return new ObjectKey(set.metadata().namespace(), name);
  }

  private static String name(PersistentVolumeClaim claim) {
    return claim.metadata().name();
  }

  /// Several messages as upstream joins them.
  private static String joined(List<String> messages) {
    return messages.size() == 1 ? messages.getFirst() : "[" + String.join(", ", messages) + "]";
  }

  /// The same refusal in other words.
  private static ApiException saying(String message, ApiException refused) {
    return new ApiException(refused.status().withMessage(message));
  }
}
