package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.ResourceClaim;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

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

  /// The amounts that quotas bound, beside those that are counted.
  private static final Set<String> BOUNDED =
      Set.of(
          "cpu",
          "memory",
          "ephemeral-storage",
          "requests.cpu",
          "requests.memory",
          "requests.storage",
          "requests.ephemeral-storage",
          "limits.cpu",
          "limits.memory",
          "limits.ephemeral-storage");

  private Resources() {}

  /// What a container asks for.
  ///
  /// @param claims the names of the pod's claims
  static void container(Check at, ResourceRequirements resources, Set<String> claims) {
    requirements(at, resources, Resources::ofContainer);
    claims(at.at("claims"), resources.claims(), claims);
  }

  /// What a pod asks for as a whole.
  static void pod(Check at, ResourceRequirements resources) {
    requirements(at, resources, Resources::ofPod);
  }

  /// What a pod costs beside its containers.
  static void overhead(Check at, Map<String, Quantity> overhead) {
    if (!overhead.isEmpty()) {
      requirements(at, ResourceRequirements.EMPTY.withLimits(overhead), Resources::ofContainer);
    }
  }

  private static void requirements(
      Check at, ResourceRequirements resources, BiConsumer<Check, String> name) {
    at.at("limits")
        .each(resources.limits(), (item, key, amount) -> amount(item, key, amount, name));
    at.at("requests")
        .each(
            resources.requests(),
            (item, key, amount) -> {
              name.accept(item, key);
              value(item, key, amount);
              request(at, key, amount, resources.limits());
              hugePages(item, key, amount);
            });
    boolean huge =
        resources.limits().keySet().stream().anyMatch(Resources::isHugePages)
            || resources.requests().keySet().stream().anyMatch(Resources::isHugePages);
    if (huge && !hasCpuOrMemory(resources.limits()) && !hasCpuOrMemory(resources.requests())) {
      at.forbidden("HugePages require cpu or memory");
    }
  }

  private static void amount(
      Check at, String key, Quantity amount, BiConsumer<Check, String> name) {
    name.accept(at, key);
    value(at, key, amount);
    hugePages(at, key, amount);
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

  private static void hugePages(Check at, String name, Quantity amount) {
    if (isHugePages(name) && !isDivisible(name, amount)) {
      at.invalid(amount.toString(), amount + " is not positive integer multiple of " + name);
    }
  }

  private static boolean isDivisible(String name, Quantity amount) {
    try {
      var size = Quantity.parse(name.substring("hugepages-".length()));
      return size.signum() > 0 && isWhole(size) && amount.value() % size.value() == 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static void claims(Check at, List<ResourceClaim> claims, Set<String> known) {
    var seen = new TreeSet<String>();
    at.each(
        claims,
        (item, claim) -> {
          var name = claim.name();
          if (name.isEmpty()) {
            item.required("");
          } else {
            unique(item, claim, seen);
          }
          if (!known.contains(name)) {
            item.notFound(
                name,
                "must be one of the names in pod.spec.resourceClaims"
                    + (known.isEmpty()
                        ? " which is empty"
                        : ": " + String.join(", ", new TreeSet<>(known))));
          }
        });
  }

  /// A claim may be used once as a whole, or once for each of its requests.
  private static void unique(Check at, ResourceClaim claim, Set<String> seen) {
    if (seen.contains(claim.name())) {
      at.duplicate(claim.name());
      return;
    }
    var key = claim.name();
    if (!claim.request().isEmpty()) {
      at.at("request").format(claim.request(), Formats::dns1123Label);
      key += "/" + claim.request();
    }
    if (seen.contains(key)) {
      at.duplicate(key);
    } else if (claim.request().isEmpty()) {
      seen.stream()
          .filter(other -> other.startsWith(claim.name() + "/"))
          .forEach(_ -> at.duplicate(claim.name()));
    }
    seen.add(key);
  }

  static void ofContainer(Check at, String name) {
    name(at, name);
    if (name.indexOf('/') < 0) {
      if (!OF_CONTAINERS.contains(name) && !isHugePages(name)) {
        at.invalid(name, "must be a standard resource for containers");
      }
    } else if (!isNative(name) && !isExtended(name)) {
      at.invalid(name, "doesn't follow extended resource name standard");
    }
  }

  private static void ofPod(Check at, String name) {
    int before = at.errors().size();
    name(at, name);
    if (at.errors().size() == before
        && !name.equals("cpu")
        && !name.equals("memory")
        && !isHugePages(name)) {
      at.notSupported(name, "cpu", "hugepages-", "memory");
    }
  }

  /// The name of a resource of any kind.
  static void name(Check at, String name) {
    var wrong = Formats.labelKey(name);
    at.messages(name, wrong);
    if (wrong.isEmpty() && name.indexOf('/') < 0 && !isStandard(name) && !name.equals("storage")) {
      at.invalid(name, "must be a standard resource type or fully qualified");
    }
  }

  /// Whether quotas know it by its own name.
  static boolean isStandard(String name) {
    return COUNTED.contains(name)
        || BOUNDED.contains(name)
        || isHugePages(name)
        || name.startsWith("requests.hugepages-");
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

  static boolean isNative(String name) {
    return name.indexOf('/') < 0 || name.contains("kubernetes.io/");
  }

  /// Something that only the owner of its prefix knows. Its name must fit into a quota's.
  static boolean isExtended(String name) {
    return !isNative(name)
        && !name.startsWith("requests.")
        && Formats.labelKey("requests." + name).isEmpty();
  }

  static boolean mayOvercommit(String name) {
    return isNative(name) && !isHugePages(name);
  }

  private static boolean hasCpuOrMemory(Map<String, Quantity> amounts) {
    return amounts.containsKey("cpu") || amounts.containsKey("memory");
  }
}
