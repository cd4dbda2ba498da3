package io.kubejar.controllers.endpointslice;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Expectations;
import io.kubejar.client.InformerHandler;
import io.kubejar.controllers.services.PodChanges;
import io.kubejar.controllers.services.SliceLabels;
import java.util.List;
import java.util.Optional;

/// Looks at a Service when it, its pods or its slices change.
public final class EndpointSliceController implements Component {
  private static final int WORKERS = 5;

  @Override
  public String name() {
    return "endpointslice-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var informers = runtime.informers();
    var services = informers.informer(Service.RESOURCE);
    var pods = informers.informer(Pod.RESOURCE);
    var slices = informers.informer(EndpointSlice.RESOURCE);
    var nodes = informers.informer(Node.RESOURCE);
    slices.addIndex(
        EndpointSliceReconciler.BY_SERVICE,
        slice -> service(slice).map(key -> List.of(key.toString())).orElse(List.of()));
    var expectations = new Expectations(runtime.clock());
    var reconciler =
        new EndpointSliceReconciler(runtime.client(), services, pods, slices, nodes, expectations);
    var controller =
        runtime
            .controller(name(), WORKERS, reconciler)
            .watches(services)
            .requires(pods, slices, nodes);
    pods.addHandler(new PodChanges(services, controller::enqueue));
    slices.addHandler(new SliceHandler(expectations, controller));
  }

  /// The Service of a slice that is ours.
  private static Optional<ObjectKey> service(EndpointSlice slice) {
    var owner = slice.metadata().labels().get(SliceLabels.MANAGED_BY);
    return EndpointSliceReconciler.OURS.equals(owner)
        ? SliceLabels.service(slice)
        : Optional.empty();
  }

  private record SliceHandler(Expectations expectations, Controller controller)
      implements InformerHandler<EndpointSlice> {
    @Override
    public void onAdd(EndpointSlice slice) {
      service(slice).ifPresent(expectations::creationSeen);
      service(slice).ifPresent(controller::enqueue);
    }

    @Override
    public void onUpdate(EndpointSlice before, EndpointSlice now) {
      service(before).ifPresent(controller::enqueue);
      service(now).ifPresent(controller::enqueue);
    }

    @Override
    public void onDelete(EndpointSlice slice) {
      service(slice).ifPresent(controller::enqueue);
    }
  }
}
