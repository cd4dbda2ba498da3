package io.kubejar.controllers.namespace;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;

/// Looks at namespaces that change, and at those that wait for a pod to go.
public final class NamespaceController implements Component {
  private static final int WORKERS = 10;

  @Override
  public String name() {
    return "namespace-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var namespaces = runtime.informers().informer(Namespace.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    var reconciler = new NamespaceReconciler(runtime.client(), namespaces, runtime.clock());
    var controller = runtime.controller(name(), WORKERS, reconciler).watches(namespaces);
    pods.addHandler(new PodHandler(namespaces, controller));
  }

  private record PodHandler(Informer<Namespace> namespaces, Controller controller)
      implements InformerHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      // The namespace is looked at because it changes itself.
    }

    @Override
    public void onUpdate(Pod before, Pod now) {
      // Only its end matters.
    }

    @Override
    public void onDelete(Pod pod) {
      var key = ObjectKey.clusterScoped(pod.metadata().namespace());
      if (namespaces
          .find(key)
          .filter(it -> it.metadata().deletionTimestamp() != null)
          .isPresent()) {
        controller.enqueue(key);
      }
    }
  }
}
