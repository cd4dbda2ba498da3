package io.kubejar.controllers.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.client.Controller;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// Finds the owners that a pod's change matters to: the one that controls it or, for an orphan,
/// those that would take it in. Tells the owner's [Expectations] what it sees.
///
/// @param selector the pods that an owner wants
/// @param minReadySeconds how long an owner's pod is ready before it counts as available, seconds
public record OwnedPods<O extends KubernetesObject>(
    ResourceType<O> type,
    Informer<O> owners,
    Function<O, Selector> selector,
    ToIntFunction<O> minReadySeconds,
    Expectations expectations,
    Controller controller)
    implements InformerHandler<Pod> {

  @Override
  public void onAdd(Pod pod) {
    if (PodStates.isBeingDeleted(pod)) {
      onDelete(pod); // First seen after a restart: on its way out already.
      return;
    }
    if (ControllerRefs.of(pod).isEmpty()) {
      enqueueWhoMayAdopt(pod);
      return;
    }
    owner(pod, ControllerRefs.of(pod))
        .ifPresent(
            key -> {
              expectations.creationSeen(key);
              controller.enqueue(key);
            });
  }

  @Override
  public void onUpdate(Pod before, Pod now) {
    if (PodStates.isBeingDeleted(now)) {
      onDelete(now); // It no longer counts, so need not be waited for.
      return;
    }
    var oldReference = ControllerRefs.of(before);
    var reference = ControllerRefs.of(now);
    if (!oldReference.equals(reference)) {
      owner(before, oldReference).ifPresent(controller::enqueue);
    }
    if (reference.isPresent()) {
      owner(now, reference).ifPresent(key -> enqueueChanged(key, before, now));
    } else if (!before.metadata().labels().equals(now.metadata().labels())
        || oldReference.isPresent()) {
      enqueueWhoMayAdopt(now);
    }
  }

  @Override
  public void onDelete(Pod pod) {
    owner(pod, ControllerRefs.of(pod))
        .ifPresent(
            key -> {
              expectations.deletionSeen(key, pod.metadata().uid());
              controller.enqueue(key);
            });
  }

  private void enqueueChanged(ObjectKey key, Pod before, Pod now) {
    controller.enqueue(key);
    if (!PodStates.isReady(before) && PodStates.isReady(now)) {
      int seconds = owners.find(key).map(minReadySeconds::applyAsInt).orElse(0);
      if (seconds > 0) {
        // A second more, because the time stamps have whole seconds only.
        controller.enqueueAfter(key, Duration.ofSeconds(seconds + 1L));
      }
    }
  }

  private Optional<ObjectKey> owner(Pod pod, Optional<OwnerReference> reference) {
    return reference
        .filter(owner -> owner.kind().equals(type.gvk().kind()))
        .map(owner -> new ObjectKey(pod.metadata().namespace(), owner.name()))
        .filter(
            key ->
                owners
                    .find(key)
                    .filter(owner -> owner.metadata().uid().equals(reference.get().uid()))
                    .isPresent());
  }

  private void enqueueWhoMayAdopt(Pod pod) {
    for (var owner : owners.inNamespace(pod.metadata().namespace())) {
      var wanted = selector.apply(owner);
      if (!wanted.isEmpty() && wanted.matches(pod.metadata().labels())) {
        controller.enqueue(ObjectKey.of(owner));
      }
    }
  }
}
