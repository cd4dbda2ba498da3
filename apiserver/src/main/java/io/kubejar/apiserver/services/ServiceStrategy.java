package io.kubejar.apiserver.services;

import io.kubejar.api.core.v1.LoadBalancerStatus;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.apimachinery.network.IpText;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Services: they get an address of each of their families and, if they want to be reached from
/// outside, ports of the nodes.
///
/// An address is claimed by an IPAddress object that is written in the same transaction as the
/// Service, so two servers can never hand out the same one, and a dry run hands out nothing.
/// Whoever gains node ports writes one more key there, so that two servers cannot choose at the
/// same time.
public final class ServiceStrategy extends Strategy<Service> {
  private final ClusterAddresses addresses;
  private final NodePorts nodePorts;
  private final ReentrantLock turn = new ReentrantLock();

  public ServiceStrategy(
      ClusterAddresses addresses,
      PortRange nodePorts,
      Registry<Service> services,
      RandomGenerator random) {
    super(Service.RESOURCE);
    this.addresses = addresses;
    this.nodePorts = new NodePorts(nodePorts, services, random);
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
    var spec = ServiceFields.withBothForms(service.spec(), null);
    var settled = IpFamilies.settled(addresses.families(), service.withSpec(spec), null);
    var addressed = withNewAddresses(settled, 0);
    return super.prepareForCreate(call, nodePorts.allocated(addressed, null));
  }

  @Override
  public Service prepareForUpdate(Call call, Service service, Service old)
      throws InterruptedException {
    var was = old.spec();
    var kept = ServiceFields.keepingAllocated(service.spec(), was);
    var spec = ServiceFields.withBothForms(kept, was);
    var settled = IpFamilies.settled(addresses.families(), service.withSpec(spec), was);
    var addressed = withChangedAddresses(settled, was);
    var allocated = nodePorts.allocated(addressed, was);
    var needed = allocated.withSpec(ServiceFields.withoutUnneeded(allocated.spec(), was));
    var prepared = super.prepareForUpdate(call, needed, old);
    return prepared.spec().type().equals("LoadBalancer")
        ? prepared
        : prepared.withStatus(prepared.status().withLoadBalancer(LoadBalancerStatus.EMPTY));
  }

  private Service withChangedAddresses(Service service, ServiceSpec was)
      throws InterruptedException {
    var spec = service.spec();
    if (IpFamilies.staysPreferringDual(spec, was)) {
      return service;
    }
    if (ServiceFields.isExternal(was)) {
      return withNewAddresses(service, 0);
    }
    boolean upgraded = was.ipFamilies().size() == 1 && spec.ipFamilies().size() == 2;
    return upgraded && !ServiceFields.isHeadless(was) && !spec.clusterIPs().isEmpty()
        ? withNewAddresses(service, 1)
        : service;
  }

  /// @param from the first index whose address is not claimed yet
  private Service withNewAddresses(Service service, int from) throws InterruptedException {
    var spec = service.spec();
    if (ServiceFields.isExternal(spec) || ServiceFields.isHeadless(spec)) {
      return service;
    }
    var given = new ArrayList<>(spec.clusterIPs());
    for (int i = from; i < spec.ipFamilies().size(); i++) {
      if (i < given.size() && !given.get(i).isEmpty()) {
        addresses.check(given.get(i), service);
      } else {
        given.add(addresses.free(spec.ipFamilies().get(i)));
      }
    }
    return service.withSpec(spec.withClusterIPs(given).withClusterIP(given.getFirst()));
  }

  @Override
  public Change.Along alongWithCreate(Service service) throws InterruptedException {
    return addresses
        .moved(service, canonical(service), List.of())
        .and(nodePorts.guarding(service, null));
  }

  @Override
  public Change.Along alongWithUpdate(Service service, Service old) throws InterruptedException {
    var now = canonical(service);
    var was = canonical(old);
    var guard = nodePorts.guarding(service, old.spec());
    if (now.equals(was)) {
      return guard;
    }
    var claimed = now.stream().filter(ip -> !was.contains(ip)).toList();
    var released = was.stream().filter(ip -> !now.contains(ip)).toList();
    return addresses.moved(service, claimed, released).and(guard);
  }

  @Override
  public Change.Along alongWithRemove(Service last) throws InterruptedException {
    return addresses.moved(last, List.of(), canonical(last));
  }

  private static List<String> canonical(Service service) {
    return ServiceFields.addresses(service.spec()).stream().map(IpText::canonical).toList();
  }
}
