package io.kubejar.controllers.services;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import java.util.function.Consumer;

/// Finds the Services whose endpoints a pod's change matters to.
public record PodChanges(Informer<Service> services, Consumer<ObjectKey> changed)
    implements InformerHandler<Pod> {

  @Override
  public void onAdd(Pod pod) {
    enqueue(pod, pod);
  }

  @Override
  public void onUpdate(Pod before, Pod now) {
    if (ServicePods.differForEndpoints(before, now)) {
      enqueue(before, now);
    }
  }

  @Override
  public void onDelete(Pod pod) {
    enqueue(pod, pod);
  }

  private void enqueue(Pod before, Pod now) {
    for (var service : services.inNamespace(now.metadata().namespace())) {
      if (ServicePods.selects(service, now) || ServicePods.selects(service, before)) {
        changed.accept(ObjectKey.of(service));
      }
    }
  }
}
