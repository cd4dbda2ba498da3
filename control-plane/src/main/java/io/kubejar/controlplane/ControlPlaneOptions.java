package io.kubejar.controlplane;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.storage.Store;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// What a control plane needs from outside. Start from [#of].
///
/// @param random safe for use by many threads
/// @param listen where the API server listens; port 0 takes a free one
/// @param addresses every address that clients may know the API server by; the first one is
///   advertised inside the cluster
/// @param serviceCidr the addresses for Services
/// @param clusterDomain the DNS suffix of Services
/// @param access changes who may come in and do what
/// @param listeners where the other parts say how they are
public record ControlPlaneOptions(
    Store store,
    Clock clock,
    RandomGenerator random,
    ClusterPki pki,
    InetSocketAddress listen,
    List<InetAddress> addresses,
    String serviceCidr,
    String clusterDomain,
    UnaryOperator<ApiServerOptions> access,
    ComponentListeners listeners) {
  public ControlPlaneOptions {
    addresses = List.copyOf(addresses);
  }

  /// On a loopback port of its own, with upstream's usual networks.
  public static ControlPlaneOptions of(
      Store store, Clock clock, RandomGenerator random, ClusterPki pki) {
    var loopback = InetAddress.getLoopbackAddress();
    return new ControlPlaneOptions(
        store,
        clock,
        random,
        pki,
        new InetSocketAddress(loopback, 0),
        List.of(loopback),
        "10.96.0.0/16",
        "cluster.local",
        UnaryOperator.identity(),
        ComponentListeners.NONE);
  }

  public ControlPlaneOptions withListen(InetSocketAddress listen, List<InetAddress> addresses) {
    return new ControlPlaneOptions(
        store,
        clock,
        random,
        pki,
        listen,
        addresses,
        serviceCidr,
        clusterDomain,
        access,
        listeners);
  }

  public ControlPlaneOptions withServiceCidr(String serviceCidr) {
    return new ControlPlaneOptions(
        store,
        clock,
        random,
        pki,
        listen,
        addresses,
        serviceCidr,
        clusterDomain,
        access,
        listeners);
  }

  public ControlPlaneOptions withAccess(UnaryOperator<ApiServerOptions> access) {
    return new ControlPlaneOptions(
        store,
        clock,
        random,
        pki,
        listen,
        addresses,
        serviceCidr,
        clusterDomain,
        access,
        listeners);
  }

  public ControlPlaneOptions withListeners(ComponentListeners listeners) {
    return new ControlPlaneOptions(
        store,
        clock,
        random,
        pki,
        listen,
        addresses,
        serviceCidr,
        clusterDomain,
        access,
        listeners);
  }
}
