package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.IPAddressSpec;
import io.kubejar.api.networking.v1.ParentReference;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.request.Call;
import io.kubejar.storage.Compare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Services: they get an address and, if they want to be reached from outside, ports of the nodes.
///
/// The address is claimed by an IPAddress object that is written in the same transaction as the
/// Service, so two servers can never hand out the same one, and nothing is left to repair after a
/// crash.
public final class ServiceStrategy extends Strategy<Service> {
  private static final String NONE = "None";

  private final ServiceNetwork network;
  private final ReentrantLock turn = new ReentrantLock();

  public ServiceStrategy(ServiceNetwork network) {
    super(Service.RESOURCE);
    this.network = network;
  }

  @Override
  public <R> R inTurn(Strategy.Write<R> write) throws InterruptedException {
    turn.lockInterruptibly();
    try {
      return write.run();
    } finally {
      turn.unlock();
    }
  }

  @Override
  public Service prepareForCreate(Call call, Service service) throws InterruptedException {
    var prepared = super.prepareForCreate(call, service);
    return withNodePorts(withAddress(prepared), prepared.spec());
  }

  @Override
  public Service prepareForUpdate(Call call, Service service, Service old)
      throws InterruptedException {
    var prepared = super.prepareForUpdate(call, service, old);
    var spec = prepared.spec();
    if (isExternal(spec)) {
      return prepared.withSpec(withoutNodePorts(spec.withClusterIP("").withClusterIPs(List.of())));
    }
    if (spec.clusterIP().isEmpty() && !old.spec().clusterIP().isEmpty()) {
      spec = spec.withClusterIP(old.spec().clusterIP()).withClusterIPs(old.spec().clusterIPs());
    }
    if (spec.ipFamilies().isEmpty()) {
      spec = spec.withIpFamilies(old.spec().ipFamilies());
    }
    if (spec.ipFamilyPolicy() == null) {
      spec = spec.withIpFamilyPolicy(old.spec().ipFamilyPolicy());
    }
    boolean keepsPorts = wantsNodePorts(spec) && wantsNodePorts(old.spec());
    if (keepsPorts) {
      spec = spec.withPorts(keptPorts(spec.ports(), old.spec().ports()));
    }
    return withNodePorts(withAddress(prepared.withSpec(spec)), old.spec());
  }

  private static boolean isExternal(ServiceSpec spec) {
    return spec.type().equals("ExternalName");
  }

  private Service withAddress(Service service) throws InterruptedException {
    var spec = service.spec();
    if (isExternal(spec)) {
      return service;
    }
    var ip = spec.clusterIP();
    if (ip.isEmpty() && !spec.clusterIPs().isEmpty()) {
      ip = spec.clusterIPs().getFirst();
    }
    if (ip.isEmpty()) {
      ip = network.freeAddress();
    } else if (!ip.equals(NONE)) {
      network.checkAddress(ip, service);
    }
    var families = spec.ipFamilies().isEmpty() ? List.of(network.family()) : spec.ipFamilies();
    return service.withSpec(
        spec.withClusterIP(ip)
            .withClusterIPs(List.of(ip))
            .withIpFamilies(families)
            .withIpFamilyPolicy(
                spec.ipFamilyPolicy() == null ? "SingleStack" : spec.ipFamilyPolicy()));
  }

  private static boolean wantsNodePorts(ServiceSpec spec) {
    return spec.type().equals("NodePort")
        || (spec.type().equals("LoadBalancer")
            && !Boolean.FALSE.equals(spec.allocateLoadBalancerNodePorts()));
  }

  private Service withNodePorts(Service service, ServiceSpec before) throws InterruptedException {
    var spec = service.spec();
    if (!wantsNodePorts(spec)) {
      boolean leftover = spec.type().equals("ClusterIP") && wantsNodePorts(before);
      return leftover ? service.withSpec(withoutNodePorts(spec)) : service;
    }
    var taken = network.takenPorts(ObjectKey.of(service));
    var ports = new ArrayList<ServicePort>();
    for (int i = 0; i < spec.ports().size(); i++) {
      var port = spec.ports().get(i);
      if (port.nodePort() == 0) {
        port = port.withNodePort(network.freePort(taken));
      } else {
        network.checkPort(port.nodePort(), taken, service, i);
      }
      taken.add(port.nodePort());
      ports.add(port);
    }
    spec = spec.withPorts(ports);
    boolean needsHealthPort =
        spec.type().equals("LoadBalancer") && spec.externalTrafficPolicy().equals("Local");
    if (needsHealthPort && spec.healthCheckNodePort() == 0) {
      spec = spec.withHealthCheckNodePort(network.freePort(taken));
    }
    return service.withSpec(spec);
  }

  private static ServiceSpec withoutNodePorts(ServiceSpec spec) {
    return spec.withPorts(spec.ports().stream().map(port -> port.withNodePort(0)).toList())
        .withHealthCheckNodePort(0);
  }

  /// Ports that are still there keep the port of the node they had.
  private static List<ServicePort> keptPorts(List<ServicePort> wanted, List<ServicePort> old) {
    return wanted.stream()
        .map(
            port ->
                port.nodePort() != 0
                    ? port
                    : old.stream()
                        .filter(
                            before ->
                                before.port() == port.port()
                                    && before.protocol().equals(port.protocol()))
                        .findFirst()
                        .map(before -> port.withNodePort(before.nodePort()))
                        .orElse(port))
        .toList();
  }

  @Override
  public Change.Along alongWithCreate(Service service) {
    return claim(service);
  }

  @Override
  public Change.Along alongWithUpdate(Service service, Service old) {
    if (service.spec().clusterIP().equals(old.spec().clusterIP())) {
      return Change.Along.NOTHING;
    }
    var claimed = claim(service);
    var writes = new ArrayList<>(claimed.writes());
    writes.addAll(alongWithRemove(old).writes());
    return new Change.Along(claimed.compares(), writes);
  }

  @Override
  public Change.Along alongWithRemove(Service last) {
    return hasAddress(last)
        ? new Change.Along(
            List.of(),
            List.of(new io.kubejar.storage.Write.Delete(network.claimKey(last.spec().clusterIP()))))
        : Change.Along.NOTHING;
  }

  private static boolean hasAddress(Service service) {
    var ip = service.spec().clusterIP();
    return !ip.isEmpty() && !ip.equals(NONE);
  }

  private Change.Along claim(Service service) {
    if (!hasAddress(service)) {
      return Change.Along.NOTHING;
    }
    var ip = service.spec().clusterIP();
    var metadata =
        ObjectMeta.EMPTY
            .withName(ip)
            .withUid(service.metadata().uid())
            .withCreationTimestamp(service.metadata().creationTimestamp())
            .withGeneration(1)
            .withLabels(
                Map.of(
                    "ipaddress.kubernetes.io/ip-family",
                    network.family(),
                    "ipaddress.kubernetes.io/managed-by",
                    "ipallocator.k8s.io"));
    var parent =
        ParentReference.EMPTY
            .withResource("services")
            .withNamespace(service.metadata().namespace())
            .withName(service.metadata().name());
    var address = new IPAddress(metadata, IPAddressSpec.EMPTY.withParentRef(parent));
    var key = network.claimKey(ip);
    return new Change.Along(List.of(new Compare(key, 0)), List.of(network.claim(address)));
  }
}
