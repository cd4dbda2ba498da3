package io.kubejar.controllers.endpoints;

import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.services.PodChanges;
import io.kubejar.controllers.services.ServicePods;
import java.util.LinkedHashMap;
import java.util.Map;

/// Keeps the Endpoints of every Service with a selector. The key is the Service's, which is that of
/// the Endpoints too.
public final class EndpointsController implements Component {
  private static final int WORKERS = 5;
  private static final String HEADLESS = "service.kubernetes.io/headless";
  private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
  private static final String OURS = "endpoint-controller";

  @Override
  public String name() {
    return "endpoints-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var services = runtime.informers().informer(Service.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    var endpoints = runtime.informers().informer(Endpoints.RESOURCE);
    var reconciler = new KeepEndpoints(runtime.client(), services, pods, endpoints);
    var controller =
        runtime
            .controller(name(), WORKERS, reconciler)
            .watches(services)
            .watches(endpoints)
            .requires(pods);
    pods.addHandler(new PodChanges(services, controller::enqueue));
  }

  private record KeepEndpoints(
      Client client, Informer<Service> services, Informer<Pod> pods, Informer<Endpoints> endpoints)
      implements Reconciler {

    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = services.find(key);
      var known = endpoints.find(key);
      if (found.isEmpty()) {
        deleteIfOurs(key);
        return Outcome.done();
      }
      var service = found.get();
      if (!ServicePods.isManaged(service) || service.metadata().deletionTimestamp() != null) {
        return Outcome.done();
      }
      var before = known.orElse(Endpoints.EMPTY);
      var metadata = before.metadata().withLabels(labels(service, before.metadata().labels()));
      var wanted =
          before
              .withMetadata(metadata.withNamespace(key.namespace()).withName(key.name()))
              .withSubsets(Subsets.of(service, pods.inNamespace(key.namespace())));
      if (known.isEmpty()) {
        create(wanted);
      } else if (!wanted.equals(before)) {
        client.update(Endpoints.RESOURCE, wanted);
      }
      return Outcome.done();
    }

    private void create(Endpoints wanted) throws InterruptedException {
      try {
        client.create(Endpoints.RESOURCE, wanted);
      } catch (ApiException refused) {
        if (!refused.isNamespaceTerminating()) {
          throw refused;
        }
      }
    }

    /// Endpoints that a person has made for a Service yet to come are left alone.
    private void deleteIfOurs(ObjectKey key) throws InterruptedException {
      var known = endpoints.find(key);
      if (known.isEmpty() || !isOurs(known.get().metadata())) {
        return;
      }
      try {
        client.delete(Endpoints.RESOURCE, key, DeleteOptions.EMPTY);
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
    }

    private static boolean isOurs(ObjectMeta metadata) {
      return OURS.equals(metadata.labels().get(MANAGED_BY));
    }

    private static Map<String, String> labels(Service service, Map<String, String> known) {
      var labels = new LinkedHashMap<>(service.metadata().labels());
      labels.put(MANAGED_BY, OURS);
      if (ServicePods.isHeadless(service)) {
        labels.put(HEADLESS, "");
      }
      // The order in which a map was written is no reason to write it again.
      return labels.equals(known) ? known : labels;
    }
  }
}
