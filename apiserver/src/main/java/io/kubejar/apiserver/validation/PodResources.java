package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/// What a pod asks for as a whole, which must be enough for its containers.
final class PodResources {
  private PodResources() {}

  /// @param at the pod's spec
  static void pod(Check at, PodSpec pod) {
    var resources = pod.resources();
    if (resources == null) {
      return;
    }
    var place = at.at("resources");
    var os = pod.os();
    if (os != null && os.name().equals("windows")) {
      place.forbidden("may not be set for a windows pod");
      return;
    }
    if (!resources.claims().isEmpty()) {
      place.at("claims").forbidden("claims may not be set for Resources at pod-level");
    }
    Resources.pod(place, resources);
    enough(place, pod, resources);
  }

  private static void enough(Check at, PodSpec pod, ResourceRequirements resources) {
    var requests = sum(pod, ResourceRequirements::requests);
    resources
        .requests()
        .forEach(
            (name, request) -> {
              var needed = requests.get(name);
              if (needed != null && needed.compareTo(request) > 0) {
                at.at("requests")
                    .key(name)
                    .invalid(
                        request.toString(),
                        "must be greater than or equal to aggregate container requests of "
                            + needed);
              }
            });
    var limits = sum(pod, ResourceRequirements::limits);
    resources
        .limits()
        .forEach(
            (name, limit) -> {
              var needed = limits.get(name);
              if (Resources.isHugePages(name) && needed != null && needed.compareTo(limit) > 0) {
                at.at("limits")
                    .key(name)
                    .invalid(
                        limit.toString(),
                        "must be greater than or equal to aggregate container limits of " + needed);
              }
            });
    at.at("containers")
        .each(
            pod.containers(),
            (item, container) ->
                container
                    .resources()
                    .limits()
                    .forEach((name, limit) -> within(item, name, limit, resources.limits())));
  }

  private static void within(Check at, String name, Quantity limit, Map<String, Quantity> limits) {
    var most = limits.get(name);
    if (most != null && limit.compareTo(most) > 0) {
      at.key(name)
          .at("limits")
          .invalid(limit.toString(), "must be less than or equal to pod limits of " + most);
    }
  }

  /// What all containers need: the regular ones together, or more if that is needed at some time
  /// while the init containers run.
  private static Map<String, Quantity> sum(
      PodSpec pod, Function<ResourceRequirements, Map<String, Quantity>> amounts) {
    Map<String, Quantity> regular = new TreeMap<>();
    for (var container : pod.containers()) {
      merge(regular, amounts.apply(container.resources()), Quantity::add);
    }
    Map<String, Quantity> sidecars = new TreeMap<>();
    Map<String, Quantity> starting = new TreeMap<>();
    for (var container : pod.initContainers()) {
      var own = amounts.apply(container.resources());
      if (isSidecar(container)) {
        merge(regular, own, Quantity::add);
        merge(sidecars, own, Quantity::add);
        merge(starting, sidecars, Quantity::max);
      } else {
        var then = new TreeMap<>(sidecars);
        merge(then, own, Quantity::add);
        merge(starting, then, Quantity::max);
      }
    }
    merge(regular, starting, Quantity::max);
    return regular;
  }

  private static boolean isSidecar(Container container) {
    return "Always".equals(container.restartPolicy());
  }

  private static void merge(
      Map<String, Quantity> into, Map<String, Quantity> from, BinaryOperator<Quantity> both) {
    from.forEach((name, amount) -> into.merge(name, amount, both));
  }
}
