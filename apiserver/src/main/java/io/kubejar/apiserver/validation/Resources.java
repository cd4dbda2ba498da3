package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.format.Formats;
import java.util.Map;
import java.util.Set;

/// Amounts of resources: what may be asked for, and how much.
final class Resources {
  private static final Set<String> OF_CONTAINERS = Set.of("cpu", "memory", "ephemeral-storage");
  private static final Set<String> COUNTED =
      Set.of(
          "pods",
          "services",
          "replicationcontrollers",
          "resourcequotas",
          "secrets",
          "configmaps",
          "persistentvolumeclaims",
          "services.nodeports",
          "services.loadbalancers");

  private Resources() {}

  static void container(Check at, ResourceRequirements resources, Set<String> claims) {
    at.at("limits").each(resources.limits(), Resources::amount);
    at.at("requests").each(resources.requests(), Resources::amount);
    resources.requests().forEach((name, request) -> request(at, name, request, resources.limits()));
    boolean huge =
        resources.limits().keySet().stream().anyMatch(Resources::isHugePages)
            || resources.requests().keySet().stream().anyMatch(Resources::isHugePages);
    if (huge && !hasCpuOrMemory(resources.limits()) && !hasCpuOrMemory(resources.requests())) {
      at.forbidden("HugePages require cpu or memory");
    }
    at.at("claims")
        .each(
            resources.claims(),
            (item, claim) -> {
              if (claim.name().isEmpty()) {
                item.at("name").required("");
              } else if (!claims.contains(claim.name())) {
                item.at("name").notFound(claim.name());
              }
            });
  }

  private static void request(
      Check at, String name, Quantity request, Map<String, Quantity> limits) {
    var limit = limits.get(name);
    if (limit == null) {
      if (!mayOvercommit(name)) {
        at.at("limits").required("Limit must be set for non overcommitable resources");
      }
    } else if (!mayOvercommit(name) && !request.sameAmountAs(limit)) {
      at.at("requests")
          .invalid(request.toString(), "must be equal to " + name + " limit of " + limit);
    } else if (request.compareTo(limit) > 0) {
      at.at("requests")
          .invalid(
              request.toString(), "must be less than or equal to " + name + " limit of " + limit);
    }
  }

  private static void amount(Check at, String name, Quantity amount) {
    name(at, name);
    if (!name.contains("/") && !OF_CONTAINERS.contains(name) && !isHugePages(name)) {
      at.invalid(name, "must be a standard resource for containers");
    }
    value(at, name, amount);
  }

  static void name(Check at, String name) {
    at.format(name, Formats::labelKey);
  }

  /// An amount of a resource with this name.
  static void value(Check at, String name, Quantity amount) {
    at.nonNegative(amount);
    if ((COUNTED.contains(name) || isExtended(name)) && !isWhole(amount)) {
      at.invalid(amount.toString(), "must be an integer");
    }
  }

  static boolean isWhole(Quantity amount) {
    return amount.milliValue() % 1000 == 0;
  }

  static boolean isHugePages(String name) {
    return name.startsWith("hugepages-");
  }

  private static boolean isNative(String name) {
    return !name.contains("/") || name.contains("kubernetes.io/");
  }

  private static boolean isExtended(String name) {
    return !isNative(name) && !name.startsWith("requests.");
  }

  private static boolean mayOvercommit(String name) {
    return isNative(name) && !isHugePages(name);
  }

  private static boolean hasCpuOrMemory(Map<String, Quantity> amounts) {
    return amounts.containsKey("cpu") || amounts.containsKey("memory");
  }
}
