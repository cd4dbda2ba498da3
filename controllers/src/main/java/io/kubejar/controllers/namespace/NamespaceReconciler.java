package io.kubejar.controllers.namespace;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.client.Client;
import io.kubejar.client.CustomKinds;
import io.kubejar.client.Informer;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Empties one namespace: its pods first, since they may need the rest to end in good order, then
/// everything else.
record NamespaceReconciler(Client client, Informer<Namespace> namespaces, InstantSource clock)
    implements Reconciler {
  private static final String FINALIZER = "kubernetes";
  private static final DeleteOptions BACKGROUND =
      DeleteOptions.EMPTY.withPropagationPolicy("Background");

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = namespaces.find(key);
    if (found.isEmpty() || found.get().metadata().deletionTimestamp() == null) {
      return Outcome.done();
    }
    var namespace = found.get();
    if (!namespace.status().phase().equals("Terminating")) {
      namespace =
          client.updateStatus(
              Namespace.RESOURCE,
              namespace.withStatus(namespace.status().withPhase("Terminating")));
    }
    if (!namespace.spec().finalizers().contains(FINALIZER)) {
      return Outcome.done(); // Ours is done; others may still be at work.
    }
    var remaining = empty(namespace.metadata().name());
    var status = NamespaceConditions.of(namespace.status(), remaining, clock.instant());
    if (!status.equals(namespace.status())) {
      namespace = client.updateStatus(Namespace.RESOURCE, namespace.withStatus(status));
    }
    if (remaining.isNothing()) {
      letGo(namespace);
      return Outcome.done();
    }
    if (!remaining.failures().isEmpty()) {
      throw ApiException.internal(String.join(", ", remaining.failures()));
    }
    return Outcome.checkAgain(
        Duration.ofSeconds(remaining.waitSeconds() / 2 + 1), "content remains");
  }

  private Remaining empty(String name) throws InterruptedException {
    var remaining = delete(Remaining.NOTHING, Pod.RESOURCE, name);
    if (!remaining.isNothing()) {
      return remaining;
    }
    for (var type : resources()) {
      if (!type.equals(Pod.RESOURCE)) {
        remaining = delete(remaining, type, name);
      }
    }
    return remaining;
  }

  /// Every namespaced resource that can be listed and deleted. The definitions are asked of the
  /// server: a cache may not show the youngest yet.
  private List<ResourceType<?>> resources() throws InterruptedException {
    var resources = new ArrayList<ResourceType<?>>(BuiltInResources.all());
    for (var definition : client.list(CustomResourceDefinition.RESOURCE, ListOptions.ALL).items()) {
      CustomKinds.typeOf(definition).ifPresent(resources::add);
    }
    resources.removeIf(
        type -> !type.namespaced() || !type.allows("list") || !type.allows("delete"));
    return resources;
  }

  private <T extends KubernetesObject> Remaining delete(
      Remaining before, ResourceType<T> type, String namespace) throws InterruptedException {
    var selection = ListOptions.inNamespace(namespace);
    try {
      if (client.list(type, selection).items().isEmpty()) {
        return before;
      }
      if (type.allows("deletecollection")) {
        client.deleteCollection(type, selection, BACKGROUND);
      } else {
        for (var object : client.list(type, selection).items()) {
          client.delete(type, ObjectKey.of(object), BACKGROUND);
        }
      }
      return before.with(type.groupResource().toString(), client.list(type, selection).items());
    } catch (ApiException refused) {
      if (refused.isNotFound() || refused.code() == 405) {
        return before; // Not served here, or gone by itself.
      }
      return before.withFailure(type.groupResource() + ": " + refused.getMessage());
    }
  }

  private void letGo(Namespace namespace) throws InterruptedException {
    var others =
        namespace.spec().finalizers().stream().filter(name -> !name.equals(FINALIZER)).toList();
    try {
      client.updateSubresource(
          Namespace.RESOURCE,
          namespace.withSpec(namespace.spec().withFinalizers(others)),
          "finalize");
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }
}
