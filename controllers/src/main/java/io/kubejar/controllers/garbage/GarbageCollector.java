package io.kubejar.controllers.garbage;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Patch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at one object: at its owners, and at its dependents if it is being deleted.
///
/// Nothing is deleted because of what a cache shows: the object and its owners are asked for first.
final class GarbageCollector {
  private static final Logger log = LoggerFactory.getLogger(GarbageCollector.class);

  private final Client client;
  private final OwnershipGraph graph;
  private final EventRecorder events;
  private final Consumer<Item<?>> queue;

  GarbageCollector(
      Client client, OwnershipGraph graph, EventRecorder events, Consumer<Item<?>> queue) {
    this.client = client;
    this.graph = graph;
    this.events = events;
    this.queue = queue;
  }

  <T extends KubernetesObject> void look(Item<T> item) throws InterruptedException {
    var found = client.find(item.type(), item.key());
    if (found.isEmpty()) {
      return; // Its dependents were queued when it went.
    }
    var object = found.get();
    var metadata = object.metadata();
    if (metadata.deletionTimestamp() != null) {
      lookAtDependents(item, object);
      return;
    }
    if (metadata.ownerReferences().isEmpty()) {
      return;
    }
    var owners = new LinkedHashMap<OwnerReference, OwnerState>();
    for (var reference : metadata.ownerReferences()) {
      owners.put(reference, state(item, object, reference));
    }
    var hasDependents = !graph.dependents(metadata.uid()).isEmpty();
    perform(item, object, OwnerVerdict.of(object, owners, hasDependents));
  }

  private OwnerState state(Item<?> item, KubernetesObject object, OwnerReference reference)
      throws InterruptedException {
    var kind = graph.kind(reference.apiVersion(), reference.kind());
    if (kind.isEmpty()) {
      log.debug("Owner of a kind not known here. reference={}", reference);
      graph.awaitKind(reference, item);
      kind = graph.kind(reference.apiVersion(), reference.kind());
    }
    if (kind.isEmpty()) {
      return OwnerState.SOLID; // Better kept for ever than deleted by mistake.
    }
    var type = kind.get().type();
    var key = OwnershipGraph.ownerKey(object, type, reference);
    if (key.isEmpty()) {
      warnAboutNamespace(object, reference);
      return OwnerState.SOLID; // Upstream never collects these either.
    }
    var owner = client.find(type, key.get());
    if (owner.isEmpty() || !owner.get().metadata().uid().equals(reference.uid())) {
      warnIfElsewhere(object, kind.get(), reference);
      return OwnerState.ABSENT;
    }
    var metadata = owner.get().metadata();
    boolean waits =
        metadata.deletionTimestamp() != null
            && metadata.finalizers().contains(OwnerVerdict.FOREGROUND);
    return waits ? OwnerState.WAITING : OwnerState.SOLID;
  }

  private void warnIfElsewhere(
      KubernetesObject object, OwnershipGraph.Watched<?> kind, OwnerReference reference) {
    boolean elsewhere =
        kind.type().namespaced()
            && kind.informer().list().stream()
                .anyMatch(other -> other.metadata().uid().equals(reference.uid()));
    if (elsewhere) {
      warnAboutNamespace(object, reference);
    }
  }

  private void warnAboutNamespace(KubernetesObject object, OwnerReference reference) {
    events.warning(
        object,
        "OwnerRefInvalidNamespace",
        "ownerRef [%s/%s, namespace: %s, name: %s, uid: %s] does not exist in namespace \"%s\""
            .formatted(
                reference.apiVersion(),
                reference.kind(),
                object.metadata().namespace(),
                reference.name(),
                reference.uid(),
                object.metadata().namespace()));
  }

  private <T extends KubernetesObject> void perform(Item<T> item, T object, OwnerVerdict verdict)
      throws InterruptedException {
    switch (verdict) {
      case OwnerVerdict.Keep() -> {}
      case OwnerVerdict.Unlink(var uids) -> unlink(item.type(), object, uids);
      case OwnerVerdict.Delete(var policy) -> {
        log.info("Collects. item={} policy={}", item, policy);
        var metadata = breakingCircle(item, object, policy).metadata();
        var onlyThis =
            DeleteOptions.EMPTY
                .withPropagationPolicy(policy)
                .withPreconditions(
                    Preconditions.EMPTY
                        .withUid(metadata.uid())
                        // An owner added in this moment would be a reason to keep it.
                        .withResourceVersion(metadata.resourceVersion()));
        ignoringGone(() -> client.delete(item.type(), item.key(), onlyThis));
      }
    }
  }

  /// An object that waits for its dependents while one of them waits for it would stay for ever, so
  /// from here on it blocks none of its owners. May see a circle where there is none; then an owner
  /// goes a little early, as upstream has it.
  private <T extends KubernetesObject> T breakingCircle(Item<T> item, T object, String policy)
      throws InterruptedException {
    var metadata = object.metadata();
    boolean circle =
        policy.equals(OwnerVerdict.FOREGROUND_POLICY)
            && graph.dependents(metadata.uid()).stream().anyMatch(each -> each.waits());
    if (!circle) {
      return object;
    }
    var unblocked =
        metadata.ownerReferences().stream()
            .map(reference -> reference.withBlockOwnerDeletion(false))
            .toList();
    return client.patch(item.type(), item.key(), ownersOf(object, unblocked));
  }

  /// What a deletion with a policy has left to do.
  private <T extends KubernetesObject> void lookAtDependents(Item<T> item, T object)
      throws InterruptedException {
    var metadata = object.metadata();
    var dependents = graph.dependents(metadata.uid());
    if (metadata.finalizers().contains(OwnerVerdict.ORPHAN)) {
      for (var dependent : dependents) {
        orphan(dependent, metadata.uid());
      }
      removeFinalizer(item, object, OwnerVerdict.ORPHAN);
    } else if (metadata.finalizers().contains(OwnerVerdict.FOREGROUND)) {
      var blocking = dependents.stream().filter(each -> each.blocks(metadata.uid())).toList();
      if (blocking.isEmpty()) {
        removeFinalizer(item, object, OwnerVerdict.FOREGROUND);
      }
      dependents.forEach(dependent -> queue.accept(dependent.item()));
    }
  }

  private <T extends KubernetesObject> void orphan(
      OwnershipGraph.Dependent<T> dependent, String ownerUid) throws InterruptedException {
    unlink(dependent.type(), dependent.object(), Set.of(ownerUid));
  }

  private <T extends KubernetesObject> void unlink(
      ResourceType<T> type, T object, Set<String> ownerUids) throws InterruptedException {
    if (!type.codec().typed()) {
      unlinkPlainly(type, object, ownerUids);
      return;
    }
    List<JsonValue> removals =
        ownerUids.stream()
            .sorted()
            .<JsonValue>map(
                uid ->
                    JsonObject.of("$patch", new JsonString("delete"))
                        .with("uid", new JsonString(uid)))
            .toList();
    var metadata =
        JsonObject.of("ownerReferences", new JsonArray(removals))
            .with("uid", new JsonString(object.metadata().uid()));
    var patch = Patch.strategic(JsonPrinter.print(JsonObject.of("metadata", metadata)));
    ignoringGone(() -> client.patch(type, ObjectKey.of(object), patch));
  }

  /// Where there is no strategic merge, all that stays is said, of exactly this state of the
  /// object.
  private <T extends KubernetesObject> void unlinkPlainly(
      ResourceType<T> type, T object, Set<String> ownerUids) throws InterruptedException {
    var left =
        object.metadata().ownerReferences().stream()
            .filter(reference -> !ownerUids.contains(reference.uid()))
            .toList();
    var patch = ownersOf(object, left);
    ignoringGone(() -> client.patch(type, ObjectKey.of(object), patch));
  }

  /// All references at once, of exactly this state of the object.
  private static Patch ownersOf(KubernetesObject object, List<OwnerReference> references) {
    var metadata = object.metadata();
    List<JsonValue> all = references.stream().map(OwnerReference.CODEC::toTree).toList();
    var fields =
        Map.<String, JsonValue>of(
            "ownerReferences",
            new JsonArray(all),
            "uid",
            new JsonString(metadata.uid()),
            "resourceVersion",
            new JsonString(metadata.resourceVersion()));
    return Patch.merge(JsonPrinter.print(JsonObject.of("metadata", new JsonObject(fields))));
  }

  private <T extends KubernetesObject> void removeFinalizer(
      Item<T> item, T object, String finalizer) throws InterruptedException {
    var metadata = object.metadata();
    var left = metadata.finalizers().stream().filter(name -> !name.equals(finalizer)).toList();
    var fields =
        Map.<String, JsonValue>of(
            "finalizers",
            new JsonArray(left.stream().<JsonValue>map(JsonString::new).toList()),
            "uid",
            new JsonString(metadata.uid()),
            "resourceVersion",
            new JsonString(metadata.resourceVersion()));
    var patch = Patch.merge(JsonPrinter.print(JsonObject.of("metadata", new JsonObject(fields))));
    ignoringGone(() -> client.patch(item.type(), item.key(), patch));
  }

  private static void ignoringGone(Request request) throws InterruptedException {
    try {
      request.send();
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }

  @FunctionalInterface
  private interface Request {
    Object send() throws InterruptedException;
  }
}
