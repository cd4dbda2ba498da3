package io.kubejar.controllers.ownership;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.client.Client;
import io.kubejar.client.Patch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out a [ClaimPlan].
///
/// @param finalizers that what is owned carries for as long as it is
/// @param <O> the kind of the owner
/// @param <T> the kind of what it owns
public record Claims<O extends KubernetesObject, T extends KubernetesObject>(
    Client client, ResourceType<O> ownerType, ResourceType<T> type, List<String> finalizers) {
  private static final Logger log = LoggerFactory.getLogger(Claims.class);

  public Claims {
    finalizers = List.copyOf(finalizers);
  }

  /// Without finalizers.
  public Claims(Client client, ResourceType<O> ownerType, ResourceType<T> type) {
    this(client, ownerType, type, List.of());
  }

  /// Adopts and releases, and returns what the owner controls then.
  public List<T> claim(O owner, ClaimPlan<T> plan) throws InterruptedException {
    var owned = new ArrayList<>(plan.keep());
    if (!plan.adopt().isEmpty()) {
      checkMayAdopt(owner);
    }
    for (var orphan : plan.adopt()) {
      adopt(owner, orphan).ifPresent(owned::add);
    }
    for (var stray : plan.release()) {
      release(owner, stray);
    }
    return owned;
  }

  /// The cache may be behind: an owner that is going away must not take anything in.
  private void checkMayAdopt(O owner) throws InterruptedException {
    var key = ObjectKey.of(owner);
    var fresh = client.get(ownerType, key).metadata();
    if (!fresh.uid().equals(owner.metadata().uid())) {
      throw ApiException.conflict(ownerType.groupResource(), key.name(), "it was made anew");
    }
    if (fresh.deletionTimestamp() != null) {
      throw ApiException.conflict(
          ownerType.groupResource(), key.name(), "it has just been deleted");
    }
  }

  private Optional<T> adopt(O owner, T orphan) throws InterruptedException {
    log.info("Adopts. owner={} key={}", ObjectKey.of(owner), ObjectKey.of(orphan));
    var reference = OwnerReference.CODEC.toTree(ControllerRefs.to(owner));
    return patch(orphan, reference, "finalizers");
  }

  private void release(O owner, T stray) throws InterruptedException {
    log.info("Releases. owner={} key={}", ObjectKey.of(owner), ObjectKey.of(stray));
    var reference =
        JsonObject.of("$patch", new JsonString("delete"))
            .with("uid", new JsonString(owner.metadata().uid()));
    try {
      patch(stray, reference, "$deleteFromPrimitiveList/finalizers");
    } catch (ApiException refused) {
      // The object has another UID by now, or no owners at all: either way it is not ours.
      if (!refused.isInvalid() && !refused.isConflict()) {
        throw refused;
      }
      log.debug("Release was not needed. key={}", ObjectKey.of(stray), refused);
    }
  }

  /// @param field that adds finalizers to those there, or takes them away
  private Optional<T> patch(T object, JsonValue reference, String field)
      throws InterruptedException {
    var metadata =
        JsonObject.of("ownerReferences", new JsonArray(List.of(reference)))
            .with("uid", new JsonString(object.metadata().uid()));
    if (!finalizers.isEmpty()) {
      var names = finalizers.stream().map(name -> (JsonValue) new JsonString(name)).toList();
      metadata = metadata.with(field, new JsonArray(names));
    }
    var patch = Patch.strategic(JsonPrinter.print(JsonObject.of("metadata", metadata)));
    try {
      return Optional.of(client.patch(type, ObjectKey.of(object), patch));
    } catch (ApiException refused) {
      if (refused.isNotFound()) {
        return Optional.empty();
      }
      throw refused;
    }
  }
}
