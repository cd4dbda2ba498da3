package io.kubejar.controllers.endpointslicemirroring;

import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Expectations;
import io.kubejar.client.InformerHandler;
import io.kubejar.controllers.services.SliceLabels;
import java.util.List;
import java.util.Optional;

/// Looks at an Endpoints object when it, its Service or its mirrored slices change.
public final class EndpointSliceMirroringController implements Component {
  private static final int WORKERS = 5;

  /// The name that upstream's events give as their source.
  private static final String SOURCE = "endpoint-slice-mirroring-controller";

  @Override
  public String name() {
    return "endpointslice-mirroring-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var endpoints = runtime.informers().informer(Endpoints.RESOURCE);
    var services = runtime.informers().informer(Service.RESOURCE);
    var slices = runtime.informers().informer(EndpointSlice.RESOURCE);
    slices.addIndex(
        MirroringReconciler.BY_SERVICE,
        slice -> mirrored(slice).map(key -> List.of(key.toString())).orElse(List.of()));
    var expectations = new Expectations(runtime.clock());
    var reconciler =
        new MirroringReconciler(
            runtime.client(), endpoints, services, slices, expectations, runtime.events(SOURCE));
    var controller =
        runtime.controller(name(), WORKERS, reconciler).requires(endpoints, services, slices);
    endpoints.addHandler(new EndpointsHandler(controller));
    services.addHandler(new ServiceHandler(controller));
    slices.addHandler(new SliceHandler(expectations, controller));
  }

  /// The Endpoints that the slice mirrors, if it is ours.
  private static Optional<ObjectKey> mirrored(EndpointSlice slice) {
    var labels = slice.metadata().labels();
    return MirrorPlan.OURS.equals(labels.get(SliceLabels.MANAGED_BY))
        ? SliceLabels.service(slice)
        : Optional.empty();
  }

  private record EndpointsHandler(Controller controller) implements InformerHandler<Endpoints> {
    @Override
    public void onAdd(Endpoints endpoints) {
      onUpdate(endpoints, endpoints);
    }

    @Override
    public void onUpdate(Endpoints before, Endpoints now) {
      if (MirroringReconciler.wantsMirrors(before) || MirroringReconciler.wantsMirrors(now)) {
        controller.enqueue(ObjectKey.of(now));
      }
    }

    @Override
    public void onDelete(Endpoints endpoints) {
      onUpdate(endpoints, endpoints);
    }
  }

  /// Only what is not selected is mirrored.
  private record ServiceHandler(Controller controller) implements InformerHandler<Service> {
    @Override
    public void onAdd(Service service) {
      if (service.spec().selector().isEmpty()) {
        controller.enqueue(ObjectKey.of(service));
      }
    }

    @Override
    public void onUpdate(Service before, Service now) {
      if (before.spec().selector().isEmpty() != now.spec().selector().isEmpty()) {
        controller.enqueue(ObjectKey.of(now));
      }
    }

    @Override
    public void onDelete(Service service) {
      onAdd(service);
    }
  }

  private record SliceHandler(Expectations expectations, Controller controller)
      implements InformerHandler<EndpointSlice> {
    @Override
    public void onAdd(EndpointSlice slice) {
      mirrored(slice).ifPresent(expectations::creationSeen);
      mirrored(slice).ifPresent(controller::enqueue);
    }

    @Override
    public void onUpdate(EndpointSlice before, EndpointSlice now) {
      mirrored(before).ifPresent(controller::enqueue);
      mirrored(now).ifPresent(controller::enqueue);
    }

    @Override
    public void onDelete(EndpointSlice slice) {
      mirrored(slice).ifPresent(controller::enqueue);
    }
  }
}
