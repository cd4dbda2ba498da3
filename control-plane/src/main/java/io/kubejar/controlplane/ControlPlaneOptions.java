package io.kubejar.controlplane;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.client.ThreadedRuntime;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.storage.Store;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// What a control plane needs from outside. Start from [#of]; each `with…` gives a changed copy.
public final class ControlPlaneOptions {
  private final Store store;
  private final Clock clock;
  private final RandomGenerator random;
  private final ClusterPki pki;

  // Set by the with-methods alone, on a copy that nobody else has seen yet.
  private InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private List<InetAddress> addresses = List.of(InetAddress.getLoopbackAddress());
  private String serviceCidr = "10.96.0.0/16";
  private String clusterDomain = "cluster.local";
  private UnaryOperator<ApiServerOptions> access = UnaryOperator.identity();
  private ComponentListeners listeners = ComponentListeners.NONE;
  private RuntimeFactory runtimes = ThreadedRuntime::new;
  private List<String> controllers = List.of("*");
  private boolean scheduler = true;
  private ClientLayer clients = ClientLayer.NONE;

  private ControlPlaneOptions(Store store, Clock clock, RandomGenerator random, ClusterPki pki) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.pki = pki;
  }

  private ControlPlaneOptions(ControlPlaneOptions other) {
    this(other.store, other.clock, other.random, other.pki);
    listen = other.listen;
    addresses = other.addresses;
    serviceCidr = other.serviceCidr;
    clusterDomain = other.clusterDomain;
    access = other.access;
    listeners = other.listeners;
    runtimes = other.runtimes;
    controllers = other.controllers;
    scheduler = other.scheduler;
    clients = other.clients;
  }

  /// On a loopback port of its own, with upstream's usual networks.
  ///
  /// @param random safe for use by many threads
  public static ControlPlaneOptions of(
      Store store, Clock clock, RandomGenerator random, ClusterPki pki) {
    return new ControlPlaneOptions(store, clock, random, pki);
  }

  public Store store() {
    return store;
  }

  public Clock clock() {
    return clock;
  }

  public RandomGenerator random() {
    return random;
  }

  public ClusterPki pki() {
    return pki;
  }

  /// Where the API server listens; port 0 takes a free one.
  public InetSocketAddress listen() {
    return listen;
  }

  /// Every address that clients may know the API server by; the first one is advertised inside the
  /// cluster.
  public List<InetAddress> addresses() {
    return addresses;
  }

  /// The addresses for Services.
  public String serviceCidr() {
    return serviceCidr;
  }

  /// The DNS suffix of Services.
  public String clusterDomain() {
    return clusterDomain;
  }

  /// Changes who may come in and do what.
  public UnaryOperator<ApiServerOptions> access() {
    return access;
  }

  /// Where the other parts say how they are.
  public ComponentListeners listeners() {
    return listeners;
  }

  /// How the parts get to run.
  public RuntimeFactory runtimes() {
    return runtimes;
  }

  /// Which controllers run, as `--controllers` says it.
  public List<String> controllers() {
    return controllers;
  }

  /// Whether pods are scheduled.
  public boolean scheduler() {
    return scheduler;
  }

  /// What lies between the clients of this process and the API server.
  public ClientLayer clients() {
    return clients;
  }

  public ControlPlaneOptions withListen(InetSocketAddress value, List<InetAddress> known) {
    var changed = new ControlPlaneOptions(this);
    changed.listen = value;
    changed.addresses = List.copyOf(known);
    return changed;
  }

  public ControlPlaneOptions withServiceCidr(String value) {
    var changed = new ControlPlaneOptions(this);
    changed.serviceCidr = value;
    return changed;
  }

  public ControlPlaneOptions withAccess(UnaryOperator<ApiServerOptions> value) {
    var changed = new ControlPlaneOptions(this);
    changed.access = value;
    return changed;
  }

  public ControlPlaneOptions withListeners(ComponentListeners value) {
    var changed = new ControlPlaneOptions(this);
    changed.listeners = value;
    return changed;
  }

  public ControlPlaneOptions withRuntimes(RuntimeFactory value) {
    var changed = new ControlPlaneOptions(this);
    changed.runtimes = value;
    return changed;
  }

  public ControlPlaneOptions withControllers(List<String> switches) {
    var changed = new ControlPlaneOptions(this);
    changed.controllers = List.copyOf(switches);
    return changed;
  }

  public ControlPlaneOptions withScheduler(boolean value) {
    var changed = new ControlPlaneOptions(this);
    changed.scheduler = value;
    return changed;
  }

  public ControlPlaneOptions withClients(ClientLayer value) {
    var changed = new ControlPlaneOptions(this);
    changed.clients = value;
    return changed;
  }
}
