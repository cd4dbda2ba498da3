package io.kubejar.api.quota;

import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.api.resource.v1.DeviceRequest;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Claims of devices, and the devices of each class that they may take at most.
record DeviceUsage() implements Evaluator {
  private static final GroupResource CLAIMS =
      new GroupResource("resource.k8s.io", "resourceclaims");
  private static final String COUNT = ObjectCount.name(CLAIMS);
  private static final String OF_CLASS = ".deviceclass.resource.k8s.io/devices";

  /// As many devices as a claim can hold, for one that wants all.
  private static final long ALL = 32;

  @Override
  public GroupResource resource() {
    return CLAIMS;
  }

  @Override
  public boolean counts(boolean update, String subresource) {
    return subresource.isEmpty();
  }

  @Override
  public Set<String> tracked(Collection<String> names) {
    var tracked = new TreeSet<String>();
    for (var name : names) {
      if (name.equals(COUNT) || name.endsWith(OF_CLASS)) {
        tracked.add(name);
      }
    }
    return tracked;
  }

  @Override
  public boolean inScope(ScopedResourceSelectorRequirement scope, KubernetesObject object) {
    return false;
  }

  @Override
  public Map<String, Quantity> usage(KubernetesObject object) {
    Map<String, Quantity> usage = new TreeMap<>(Map.of(COUNT, Quantity.of(1)));
    for (var request : ((ResourceClaim) object).spec().devices().requests()) {
      usage = Amounts.add(usage, devices(request));
    }
    return usage;
  }

  /// Of several alternatives, the largest of each class counts.
  private static Map<String, Quantity> devices(DeviceRequest request) {
    Map<String, Quantity> most = new TreeMap<>();
    for (var each : request.firstAvailable()) {
      var devices = number(each.allocationMode(), each.count());
      most = Amounts.max(most, Map.of(each.deviceClassName() + OF_CLASS, devices));
    }
    var exactly = request.exactly();
    if (most.isEmpty() && exactly != null) {
      var devices = number(exactly.allocationMode(), exactly.count());
      most.put(exactly.deviceClassName() + OF_CLASS, devices);
    }
    return most;
  }

  private static Quantity number(String mode, long count) {
    return switch (mode) {
      case "ExactCount" -> Quantity.of(count);
      case "All" -> Quantity.of(ALL);
      default -> Quantity.ZERO;
    };
  }
}
