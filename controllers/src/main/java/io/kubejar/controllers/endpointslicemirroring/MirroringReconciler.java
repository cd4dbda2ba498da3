package io.kubejar.controllers.endpointslicemirroring;

import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import java.util.List;

/// Brings the mirrored slices of one Endpoints object up to date. The key is that of the Endpoints,
/// which is the Service's too.
///
/// @param expectations slices have made-up names, so one that the cache does not show yet would be
///   made twice
record MirroringReconciler(
    Client client,
    Informer<Endpoints> endpoints,
    Informer<Service> services,
    Informer<EndpointSlice> slices,
    Expectations expectations,
    EventRecorder events)
    implements Reconciler {
  static final String BY_SERVICE = "mirrored-service";

  private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
  private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    if (!expectations.met(key)) {
      return Outcome.done(); // The slice that is missing from the cache brings us back.
    }
    var known = slices.byIndex(BY_SERVICE, key.toString());
    var found = endpoints.find(key).filter(MirroringReconciler::wantsMirrors);
    boolean byHand =
        services.find(key).filter(service -> service.spec().selector().isEmpty()).isPresent();
    if (found.isEmpty() || !byHand) {
      expectations.forget(key);
      delete(known);
      return Outcome.done();
    }
    var object = found.get();
    var mirrored = Mirrored.of(object);
    warn(object, mirrored);
    perform(object, MirrorPlan.of(object, mirrored.contents(), known));
    return Outcome.done();
  }

  /// Whether nobody asked to leave them alone, and they are not what leaders were elected with.
  static boolean wantsMirrors(Endpoints endpoints) {
    return !"true".equals(endpoints.metadata().labels().get(SKIP))
        && !endpoints.metadata().annotations().containsKey(LEADER);
  }

  private void warn(Endpoints object, Mirrored mirrored) {
    if (mirrored.invalid() > 0) {
      events.warning(
          object,
          "InvalidIPAddress",
          "Skipped %d invalid IP addresses when mirroring to EndpointSlices"
              .formatted(mirrored.invalid()));
    }
    if (mirrored.tooMany() > 0) {
      events.warning(
          object,
          "TooManyAddressesToMirror",
          "A max of %d addresses can be mirrored to EndpointSlices per Endpoints subset. %d addresses were skipped"
              .formatted(Mirrored.ADDRESSES_MAX, mirrored.invalid() + mirrored.tooMany()));
    }
  }

  private void perform(Endpoints object, MirrorPlan plan) throws InterruptedException {
    if (object.metadata().deletionTimestamp() == null) {
      for (var slice : plan.create()) {
        create(ObjectKey.of(object), slice);
      }
    }
    for (var slice : plan.update()) {
      client.update(EndpointSlice.RESOURCE, slice);
    }
    delete(plan.delete());
  }

  private void create(ObjectKey key, EndpointSlice slice) throws InterruptedException {
    expectations.expectMoreCreations(key, 1);
    try {
      client.create(EndpointSlice.RESOURCE, slice);
    } catch (ApiException refused) {
      expectations.creationSeen(key);
      if (!refused.isNamespaceTerminating()) {
        throw refused;
      }
    }
  }

  private void delete(List<EndpointSlice> some) throws InterruptedException {
    for (var slice : some) {
      try {
        client.delete(EndpointSlice.RESOURCE, ObjectKey.of(slice), DeleteOptions.EMPTY);
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
    }
  }
}
