package io.kubejar.apiserver.connect;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.verbs.Resources;

/// Finds somebody who answers for a Service.
record ReadyEndpoints(Resources resources) {
  private static final String SERVICE_LABEL = "kubernetes.io/service-name";

  record Endpoint(String address, int port) {}

  Endpoint find(Service service, ServicePort port) throws InterruptedException {
    var metadata = service.metadata();
    var slices =
        resources
            .of(EndpointSlice.RESOURCE)
            .registry()
            .currentCache()
            .list(Selection.<EndpointSlice>namespace(metadata.namespace()));
    for (var stored : slices.objects()) {
      var slice = stored.object();
      if (!metadata.name().equals(slice.metadata().labels().get(SERVICE_LABEL))) {
        continue;
      }
      for (var slicePort : slice.ports()) {
        boolean named = port.name().equals(slicePort.name() == null ? "" : slicePort.name());
        Integer number = slicePort.port();
        for (var endpoint : slice.endpoints()) {
          boolean ready = endpoint.conditions().ready() == null || endpoint.conditions().ready();
          if (named && number != null && ready && !endpoint.addresses().isEmpty()) {
            return new Endpoint(endpoint.addresses().getFirst(), number);
          }
        }
      }
    }
    throw ApiException.serviceUnavailable(
        "no endpoints available for service \"" + metadata.name() + "\"");
  }
}
