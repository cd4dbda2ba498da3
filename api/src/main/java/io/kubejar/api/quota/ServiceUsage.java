package io.kubejar.api.quota;

import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.api.core.v1.Service;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Services, their node ports and load balancers.
record ServiceUsage() implements Evaluator {
  private static final GroupResource SERVICES = new GroupResource("", "services");
  private static final String COUNT = ObjectCount.name(SERVICES);
  private static final String PLAIN_COUNT = "services";
  private static final String NODE_PORTS = "services.nodeports";
  private static final String LOAD_BALANCERS = "services.loadbalancers";
  private static final Set<String> NAMES = Set.of(COUNT, PLAIN_COUNT, NODE_PORTS, LOAD_BALANCERS);

  @Override
  public GroupResource resource() {
    return SERVICES;
  }

  @Override
  public boolean counts(boolean update, String subresource) {
    return subresource.isEmpty();
  }

  @Override
  public Set<String> tracked(Collection<String> names) {
    var both = new TreeSet<>(names);
    both.retainAll(NAMES);
    return both;
  }

  @Override
  public boolean inScope(ScopedResourceSelectorRequirement scope, KubernetesObject object) {
    return false;
  }

  @Override
  public Map<String, Quantity> usage(KubernetesObject object) {
    var usage = new TreeMap<String, Quantity>();
    usage.put(COUNT, Quantity.of(1));
    usage.put(PLAIN_COUNT, Quantity.of(1));
    usage.put(NODE_PORTS, Quantity.of(nodePorts((Service) object)));
    boolean balanced = ((Service) object).spec().type().equals("LoadBalancer");
    usage.put(LOAD_BALANCERS, Quantity.of(balanced ? 1 : 0));
    return usage;
  }

  private static long nodePorts(Service service) {
    var spec = service.spec();
    return switch (spec.type()) {
      case "NodePort" -> spec.ports().size();
      case "LoadBalancer" ->
          Boolean.FALSE.equals(spec.allocateLoadBalancerNodePorts())
              ? spec.ports().stream().filter(port -> port.nodePort() != 0).count()
              : spec.ports().size();
      default -> 0;
    };
  }
}
