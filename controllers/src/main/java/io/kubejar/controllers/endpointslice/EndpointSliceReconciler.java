package io.kubejar.controllers.endpointslice;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.services.ServicePods;
import io.kubejar.controllers.services.SliceLabels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Brings the slices of one Service up to date.
///
/// @param expectations slices have made-up names, so one that the cache does not show yet would be
///   made twice
record EndpointSliceReconciler(
    Client client,
    Informer<Service> services,
    Informer<Pod> pods,
    Informer<EndpointSlice> slices,
    Informer<Node> nodes,
    Expectations expectations)
    implements Reconciler {
  static final String OURS = "endpointslice-controller.k8s.io";
  static final String HEADLESS = "service.kubernetes.io/headless";
  static final String BY_SERVICE = "service";

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = services.find(key);
    if (found.isEmpty()) {
      expectations.forget(key);
      return Outcome.done(); // The garbage collector takes the slices.
    }
    var service = found.get();
    if (!expectations.met(key)
        || !ServicePods.isManaged(service)
        || service.metadata().deletionTimestamp() != null) {
      return Outcome.done(); // The slice that is missing from the cache brings us back.
    }
    var known = slices.byIndex(BY_SERVICE, key.toString());
    var families = ServicePods.families(service);
    for (var family : families) {
      var ofFamily = known.stream().filter(slice -> slice.addressType().equals(family)).toList();
      perform(service, family, plan(service, family, ofFamily));
    }
    for (var slice : known) {
      if (!families.contains(slice.addressType())) {
        delete(slice);
      }
    }
    return Outcome.done();
  }

  private SlicePlan plan(Service service, String family, List<EndpointSlice> known) {
    var wanted =
        WantedEndpoints.of(
            service,
            pods.inNamespace(service.metadata().namespace()),
            family,
            name -> name.isEmpty() ? Optional.empty() : nodes.find(ObjectKey.clusterScoped(name)));
    var plan = SlicePlan.of(known, wanted);
    var update = new ArrayList<>(plan.update());
    var labels = labels(service);
    for (var slice : known) {
      if (!plan.touches(slice) && !labels.equals(slice.metadata().labels())) {
        update.add(slice);
      }
    }
    return new SlicePlan(plan.create(), update, plan.delete());
  }

  private void perform(Service service, String family, SlicePlan plan) throws InterruptedException {
    var labels = labels(service);
    for (var slice : plan.update()) {
      client.update(
          EndpointSlice.RESOURCE, slice.withMetadata(slice.metadata().withLabels(labels)));
    }
    for (var slice : plan.delete()) {
      delete(slice);
    }
    create(service, family, plan.create(), labels);
  }

  private void create(
      Service service, String family, List<SlicePlan.Content> contents, Map<String, String> labels)
      throws InterruptedException {
    var key = ObjectKey.of(service);
    var metadata =
        ObjectMeta.builder()
            .namespace(key.namespace())
            .generateName(SliceLabels.namePrefix(key.name()))
            .labels(labels)
            .ownerReferences(List.of(ControllerRefs.to(service)))
            .build();
    for (var content : contents) {
      expectations.expectMoreCreations(key, 1);
      try {
        client.create(
            EndpointSlice.RESOURCE,
            EndpointSlice.builder()
                .metadata(metadata)
                .addressType(family)
                .ports(content.ports())
                .endpoints(content.endpoints())
                .build());
      } catch (ApiException refused) {
        expectations.creationSeen(key);
        if (!refused.isNamespaceTerminating()) {
          throw refused;
        }
      }
    }
  }

  private void delete(EndpointSlice slice) throws InterruptedException {
    try {
      client.delete(EndpointSlice.RESOURCE, ObjectKey.of(slice), DeleteOptions.EMPTY);
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }

  private static Map<String, String> labels(Service service) {
    var labels = new LinkedHashMap<String, String>();
    service
        .metadata()
        .labels()
        .forEach(
            (name, value) -> {
              if (!name.equals(SliceLabels.SERVICE_NAME)
                  && !name.equals(SliceLabels.MANAGED_BY)
                  && !name.equals(HEADLESS)) {
                labels.put(name, value);
              }
            });
    labels.put(SliceLabels.SERVICE_NAME, service.metadata().name());
    labels.put(SliceLabels.MANAGED_BY, OURS);
    if (ServicePods.isHeadless(service)) {
      labels.put(HEADLESS, "");
    }
    return labels;
  }
}
