package io.kubejar.apiserver.connect;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Finds the server that a proxy request for a pod, a Service or a node means.
final class ProxyTargets {
  /// Who is behind is known by its address, not by its certificate.
  private static final TlsSource ANYBODY = TlsSource.fixed(TlsMaterial.believingAnybody(null));

  private final Resources resources;
  private final Kubelets kubelets;
  private final ReadyEndpoints endpoints;

  ProxyTargets(Resources resources, Kubelets kubelets, ReadyEndpoints endpoints) {
    this.resources = resources;
    this.kubelets = kubelets;
    this.endpoints = endpoints;
  }

  Backend pod(String namespace, String text) throws InterruptedException {
    var wanted = ProxyName.parse("pod", text);
    var pod = resources.of(Pod.RESOURCE).get(new ObjectKey(namespace, wanted.name()));
    var addresses = pod.status().podIPs();
    var address = addresses.isEmpty() ? "" : addresses.getFirst().ip();
    requireReachable(address);
    int port = wanted.port().isEmpty() ? firstPort(pod) : number(wanted.port());
    return backend(wanted, address, port);
  }

  private static int firstPort(Pod pod) {
    return pod.spec().containers().stream()
        .filter(container -> !container.ports().isEmpty())
        .map(container -> container.ports().getFirst().containerPort())
        .findFirst()
        .orElse(0);
  }

  Backend service(String namespace, String text) throws InterruptedException {
    var wanted = ProxyName.parse("service", text);
    var service = resources.of(Service.RESOURCE).get(new ObjectKey(namespace, wanted.name()));
    var found = endpoints.ofPods(service, portName(service, wanted.port()));
    return backend(wanted, found.address(), found.port());
  }

  /// A port given by number stands for the name that it has in the Service.
  private static String portName(Service service, String port) {
    if (!isNumber(port)) {
      return port;
    }
    long number = Long.parseLong(port);
    return service.spec().ports().stream()
        .filter(it -> it.port() == number)
        .map(it -> it.name())
        .findFirst()
        .orElseThrow(() -> ReadyEndpoints.noPort(service, port));
  }

  Backend node(String text) throws InterruptedException {
    var wanted = ProxyName.parse("node", text);
    var kubelet = kubelets.of(wanted.name());
    if (wanted.port().isEmpty() || wanted.port().equals(Integer.toString(kubelet.port()))) {
      return kubelet;
    }
    requireReachable(kubelet.host());
    return backend(wanted, kubelet.host(), number(wanted.port()));
  }

  private static Backend backend(ProxyName wanted, String host, int port) {
    return new Backend(host, port, wanted.secure() ? ANYBODY : null, "");
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() < 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static int number(String port) {
    if (!isNumber(port) || Integer.parseInt(port) > 0xffff) {
      throw ApiException.serviceUnavailable(
          "error trying to reach service: dial tcp: lookup tcp/" + port + ": unknown port");
    }
    return Integer.parseInt(port);
  }

  /// Nobody gets at this machine's own services, or at the link's, through the proxy.
  private static void requireReachable(String host) {
    try {
      boolean allowed =
          !host.isEmpty()
              && Arrays.stream(InetAddress.getAllByName(host)).allMatch(ProxyTargets::global);
      if (!allowed) {
        throw ApiException.badRequest("address not allowed");
      }
    } catch (UnknownHostException unknown) {
      throw ApiException.badRequest("lookup " + host + ": no such host");
    }
  }

  private static boolean global(InetAddress address) {
    boolean broadcast =
        address instanceof Inet4Address
            && Arrays.equals(address.getAddress(), new byte[] {-1, -1, -1, -1});
    return !address.isLoopbackAddress()
        && !address.isMulticastAddress()
        && !address.isLinkLocalAddress()
        && !address.isAnyLocalAddress()
        && !broadcast;
  }
}
