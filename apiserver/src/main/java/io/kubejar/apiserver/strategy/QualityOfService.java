package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The class of a pod by what its containers request and are limited to; what is said for the pod
/// as a whole counts instead.
final class QualityOfService {
  private static final List<String> RESOURCES = List.of("cpu", "memory");

  private QualityOfService() {}

  static String of(PodSpec spec) {
    var ofPod = spec.resources();
    boolean whole = ofPod != null && !(ofPod.requests().isEmpty() && ofPod.limits().isEmpty());
    var parts = whole && ofPod != null ? List.of(ofPod) : ofContainers(spec);
    var requests = new TreeMap<String, Quantity>();
    var limits = new TreeMap<String, Quantity>();
    boolean limited = true;
    for (var part : parts) {
      add(requests, part.requests());
      var found = add(limits, part.limits());
      limited &= found == RESOURCES.size();
    }
    if (requests.isEmpty() && limits.isEmpty()) {
      return "BestEffort";
    }
    return limited && equal(requests, limits) ? "Guaranteed" : "Burstable";
  }

  private static List<ResourceRequirements> ofContainers(PodSpec spec) {
    return Stream.concat(spec.containers().stream(), spec.initContainers().stream())
        .map(container -> container.resources())
        .toList();
  }

  /// Adds what counts, and tells how many there were. Zero is as good as nothing.
  private static int add(Map<String, Quantity> sum, Map<String, Quantity> amounts) {
    int found = 0;
    for (var name : RESOURCES) {
      var amount = amounts.get(name);
      if (amount != null && amount.signum() > 0) {
        sum.merge(name, amount, Quantity::add);
        found++;
      }
    }
    return found;
  }

  private static Quantity amount(Map<String, Quantity> amounts, String name) {
    return amounts.getOrDefault(name, Quantity.ZERO);
  }

  private static boolean equal(Map<String, Quantity> requests, Map<String, Quantity> limits) {
    return requests.keySet().equals(limits.keySet())
        && requests.entrySet().stream()
            .allMatch(each -> each.getValue().sameAmountAs(amount(limits, each.getKey())));
  }
}
