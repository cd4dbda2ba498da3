package io.kubejar.apiserver.bootstrap;

import io.kubejar.api.core.v1.EndpointAddress;
import io.kubejar.api.core.v1.EndpointSubset;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointConditions;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.List;
import java.util.Map;

/// The Service `default/kubernetes`, which leads to the API server itself.
record KubernetesService(String serviceAddress, String address, int port) {
  private static final String NAME = "kubernetes";
  private static final String NAMESPACE = "default";
  private static final String PORT_NAME = "https";
  private static final int SERVICE_PORT = 443;

  Service service() {
    var labels = Map.of("component", "apiserver", "provider", NAME);
    var servicePort =
        ServicePort.EMPTY
            .withName(PORT_NAME)
            .withProtocol("TCP")
            .withPort(SERVICE_PORT)
            .withTargetPort(IntOrString.of(port));
    var spec =
        ServiceSpec.EMPTY
            .withClusterIP(serviceAddress)
            .withClusterIPs(List.of(serviceAddress))
            .withType("ClusterIP")
            .withSessionAffinity("None")
            .withPorts(List.of(servicePort));
    return Service.EMPTY.withMetadata(metadata().withLabels(labels)).withSpec(spec);
  }

  /// Other controllers must not mirror these endpoints: the slice is made here too.
  Endpoints endpoints() {
    var subset =
        EndpointSubset.EMPTY
            .withAddresses(List.of(EndpointAddress.EMPTY.withIp(address)))
            .withPorts(
                List.of(
                    io.kubejar.api.core.v1.EndpointPort.EMPTY
                        .withName(PORT_NAME)
                        .withProtocol("TCP")
                        .withPort(port)));
    var labels = Map.of("endpointslice.kubernetes.io/skip-mirror", "true");
    return Endpoints.EMPTY.withMetadata(metadata().withLabels(labels)).withSubsets(List.of(subset));
  }

  EndpointSlice endpointSlice() {
    var endpoint =
        Endpoint.EMPTY
            .withAddresses(List.of(address))
            .withConditions(EndpointConditions.EMPTY.withReady(true));
    var slicePort = EndpointPort.EMPTY.withName(PORT_NAME).withProtocol("TCP").withPort(port);
    return EndpointSlice.EMPTY
        .withMetadata(metadata().withLabels(Map.of("kubernetes.io/service-name", NAME)))
        .withAddressType(address.indexOf(':') >= 0 ? "IPv6" : "IPv4")
        .withEndpoints(List.of(endpoint))
        .withPorts(List.of(slicePort));
  }

  private static ObjectMeta metadata() {
    return Bootstrap.named(NAMESPACE, NAME);
  }
}
