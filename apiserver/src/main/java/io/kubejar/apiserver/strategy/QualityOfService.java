package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.apimachinery.Quantity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The class of a pod by what its containers request and are limited to.
final class QualityOfService {
  private static final List<String> RESOURCES = List.of("cpu", "memory");

  private QualityOfService() {}

  static String of(PodSpec spec) {
    var containers =
        Stream.concat(spec.containers().stream(), spec.initContainers().stream()).toList();
    boolean nothing =
        containers.stream()
            .allMatch(it -> none(it.resources().requests()) && none(it.resources().limits()));
    if (nothing) {
      return "BestEffort";
    }
    return containers.stream().allMatch(QualityOfService::isGuaranteed)
        ? "Guaranteed"
        : "Burstable";
  }

  private static boolean none(Map<String, Quantity> amounts) {
    return RESOURCES.stream().noneMatch(amounts::containsKey);
  }

  private static boolean isGuaranteed(Container container) {
    var limits = container.resources().limits();
    var requests = container.resources().requests();
    return RESOURCES.stream()
        .allMatch(
            resource -> {
              var limit = limits.get(resource);
              var request = requests.getOrDefault(resource, limit);
              return limit != null && request != null && limit.compareTo(request) == 0;
            });
  }
}
