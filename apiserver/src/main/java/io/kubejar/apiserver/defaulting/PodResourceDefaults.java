package io.kubejar.apiserver.defaulting;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What a pod asks for as a whole, where it says so only in part.
final class PodResourceDefaults {
  private PodResourceDefaults() {}

  /// The pod with the rest filled in from its containers. Containers that request less than they
  /// limit have been filled in before.
  static PodSpec spec(PodSpec spec) {
    var resources = spec.resources();
    if (resources == null) {
      return spec;
    }
    var limited = withHugePageLimits(resources, spec);
    return spec.withResources(withRequests(limited, spec));
  }

  private static ResourceRequirements withHugePageLimits(
      ResourceRequirements resources, PodSpec spec) {
    if (resources.limits().isEmpty() && resources.requests().isEmpty()) {
      return resources;
    }
    var limits = new LinkedHashMap<>(resources.limits());
    total(spec, ResourceRequirements::limits)
        .forEach(
            (name, amount) -> {
              if (isHugePage(name) && !resources.requests().containsKey(name)) {
                limits.putIfAbsent(name, amount);
              }
            });
    return resources.withLimits(limits);
  }

  private static ResourceRequirements withRequests(ResourceRequirements resources, PodSpec spec) {
    if (resources.limits().isEmpty()) {
      return resources;
    }
    var requests = new LinkedHashMap<>(resources.requests());
    total(spec, ResourceRequirements::requests)
        .forEach(
            (name, amount) -> {
              if (name.equals("cpu") || name.equals("memory")) {
                requests.putIfAbsent(name, amount);
              }
            });
    resources
        .limits()
        .forEach(
            (name, amount) -> {
              if (name.equals("cpu") || name.equals("memory") || isHugePage(name)) {
                requests.putIfAbsent(name, amount);
              }
            });
    return resources.withRequests(requests);
  }

  private static boolean isHugePage(String name) {
    return name.startsWith("hugepages-");
  }

  /// What all containers use at the same time: init containers run one after the other, beside
  /// those that were started before and go on.
  private static Map<String, Quantity> total(
      PodSpec spec, Function<ResourceRequirements, Map<String, Quantity>> part) {
    var total = sum(spec.containers(), part);
    var restartable = new LinkedHashMap<String, Quantity>();
    var init = new LinkedHashMap<String, Quantity>();
    for (var container : spec.initContainers()) {
      var own = part.apply(container.resources());
      if ("Always".equals(container.restartPolicy())) {
        own.forEach((name, amount) -> restartable.merge(name, amount, Quantity::add));
        own.forEach((name, amount) -> total.merge(name, amount, Quantity::add));
        restartable.forEach((name, amount) -> init.merge(name, amount, Quantity::max));
      } else {
        var beside = new LinkedHashMap<>(restartable);
        own.forEach((name, amount) -> beside.merge(name, amount, Quantity::add));
        beside.forEach((name, amount) -> init.merge(name, amount, Quantity::max));
      }
    }
    init.forEach((name, amount) -> total.merge(name, amount, Quantity::max));
    return total;
  }

  private static Map<String, Quantity> sum(
      List<Container> containers, Function<ResourceRequirements, Map<String, Quantity>> part) {
    var sum = new LinkedHashMap<String, Quantity>();
    for (var container : containers) {
      part.apply(container.resources())
          .forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
    }
    return sum;
  }
}
