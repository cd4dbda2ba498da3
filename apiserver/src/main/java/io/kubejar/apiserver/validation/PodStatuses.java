package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerRestartRuleOnExitCodes;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.LinuxContainerUser;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What nodes and controllers may report of a pod.
final class PodStatuses {
  private static final Set<String> WELL_KNOWN = Set.of("PodScheduled", "Ready", "Initialized");
  private static final String NEGATIVE = "must be a non-negative integer";
  private static final String DEAD = "may not be transitioned to non-terminated state";

  private PodStatuses() {}

  static void update(Check root, Pod pod, Pod old) {
    PodAnnotations.update(
        root.at("metadata").at("annotations"),
        pod.metadata().annotations(),
        old.metadata().annotations());
    var at = root.at("status");
    var now = pod.status();
    var before = old.status();
    at.at("conditions").each(now.conditions(), PodStatuses::condition);
    nominated(at.at("nominatedNodeName"), now, old);
    if (now.observedGeneration() < 0) {
      at.at("observedGeneration").invalid(now.observedGeneration(), NEGATIVE);
    }
    at.at("qosClass").immutable(now.qosClass(), before.qosClass());
    transitions(at, pod, old);
    claims(at.at("resourceClaimStatuses"), pod);
    extendedClaim(at.at("extendedResourceClaimStatus"), pod);
    addresses(at, now, before);
    containers(at, pod);
  }

  private static void condition(Check at, PodCondition condition) {
    if (condition.observedGeneration() < 0) {
      at.at("observedGeneration").invalid(condition.observedGeneration(), NEGATIVE);
    }
    if (!WELL_KNOWN.contains(condition.type())) {
      at.at("Type").format(condition.type(), Formats::labelKey); // As upstream writes it.
    }
  }

  private static void nominated(Check at, PodStatus now, Pod old) {
    var name = now.nominatedNodeName();
    if (name.isEmpty() || name.equals(old.status().nominatedNodeName())) {
      return;
    }
    at.format(name, Formats::dns1123Subdomain);
    if (!old.spec().nodeName().isEmpty()) {
      at.forbidden("may not be set on pods that are already bound to a node");
    }
  }

  /// A container that ended for good never comes back.
  private static void transitions(Check at, Pod pod, Pod old) {
    var spec = old.spec();
    var now = pod.status();
    var before = old.status();
    if (!mayRestartAll(spec.containers()) && !mayRestartAll(spec.initContainers())) {
      ended(
          at.at("containerStatuses"),
          now.containerStatuses(),
          before.containerStatuses(),
          status -> mayRestart(spec, spec.containers(), status));
      ended(
          at.at("initContainerStatuses"),
          now.initContainerStatuses(),
          before.initContainerStatuses(),
          status -> mayRestart(spec, spec.initContainers(), status));
    }
    ended(
        at.at("ephemeralContainerStatuses"),
        now.ephemeralContainerStatuses(),
        before.ephemeralContainerStatuses(),
        _ -> false);
  }

  private static boolean mayRestartAll(List<Container> containers) {
    return containers.stream()
        .flatMap(container -> container.restartPolicyRules().stream())
        .anyMatch(rule -> rule.action().equals("RestartAllContainers"));
  }

  private static void ended(
      Check at,
      List<ContainerStatus> now,
      List<ContainerStatus> before,
      Predicate<ContainerStatus> mayRestart) {
    at.each(
        before,
        (item, status) -> {
          if (status.state().terminated() == null) {
            return;
          }
          boolean alive =
              now.stream()
                  .filter(each -> each.name().equals(status.name()))
                  .findFirst()
                  .filter(each -> each.state().terminated() == null)
                  .isPresent();
          if (alive && !mayRestart.test(status)) {
            item.at("state").forbidden(DEAD);
          }
        });
  }

  private static boolean mayRestart(
      PodSpec pod, List<Container> containers, ContainerStatus status) {
    var ended = status.state().terminated();
    int code = ended == null ? 0 : ended.exitCode();
    return find(containers, status.name())
        .map(container -> mayRestart(pod, container, code))
        .orElse(false);
  }

  private static Optional<Container> find(List<Container> containers, String name) {
    return containers.stream().filter(container -> container.name().equals(name)).findFirst();
  }

  private static boolean mayRestart(PodSpec pod, Container container, int code) {
    var policy = pod.restartPolicy();
    if (container.restartPolicy() != null) {
      policy = container.restartPolicy();
      boolean ruled =
          container.restartPolicyRules().stream().anyMatch(rule -> matches(rule.exitCodes(), code));
      if (ruled) {
        return true;
      }
    }
    return switch (policy) {
      case "Never" -> false;
      case "OnFailure" -> code != 0;
      default -> true;
    };
  }

  private static boolean matches(@Nullable ContainerRestartRuleOnExitCodes codes, int code) {
    return codes != null && codes.values().contains(code) == codes.operator().equals("In");
  }

  private static void claims(Check at, Pod pod) {
    var names = new HashSet<String>();
    at.each(
        pod.status().resourceClaimStatuses(),
        (item, status) -> {
          boolean wanted =
              pod.spec().resourceClaims().stream()
                  .anyMatch(claim -> claim.name().equals(status.name()));
          if (!wanted) {
            item.at("name")
                .invalid(status.name(), "must match the name of an entry in `spec.resourceClaims`");
          }
          if (!names.add(status.name())) {
            item.at("name").duplicate(status.name());
          }
          var claim = status.resourceClaimName();
          if (claim != null) {
            item.at("resourceClaimName").format(claim, Formats::dns1123Subdomain);
          }
        });
  }

  private static void extendedClaim(Check at, Pod pod) {
    var status = pod.status().extendedResourceClaimStatus();
    if (status == null) {
      return;
    }
    var mappings = at.at("requestMappings");
    if (status.requestMappings().isEmpty()) {
      mappings.required("at least one request mapping is required");
    }
    var seen = new HashSet<List<String>>();
    mappings.each(
        status.requestMappings(),
        (item, mapping) -> {
          var container =
              find(pod.spec().containers(), mapping.containerName())
                  .or(() -> find(pod.spec().initContainers(), mapping.containerName()));
          if (container.isEmpty()) {
            item.at("containerName")
                .invalid(
                    mapping.containerName(),
                    "must match the name of an entry in spec.initContainers.name or"
                        + " spec.containers.name");
          } else if (!container.get().resources().requests().containsKey(mapping.resourceName())) {
            item.at("resourceName")
                .invalid(
                    mapping.resourceName(),
                    "must match the extended resource name of an entry in"
                        + " spec.initContainers.resources.requests or"
                        + " spec.containers.resources.requests");
          }
          at.at("requestName").format(mapping.requestName(), Formats::dns1123Label);
          if (!seen.add(
              List.of(mapping.containerName(), mapping.resourceName(), mapping.requestName()))) {
            item.at("containerName").duplicate(mapping.containerName());
            item.at("resourceName").duplicate(mapping.resourceName());
            item.at("requestName").duplicate(mapping.requestName());
          }
        });
    if (status.resourceClaimName().isEmpty()) {
      at.at("resourceClaimName").required("");
    } else {
      at.at("resourceClaimName").format(status.resourceClaimName(), Formats::dns1123Subdomain);
    }
  }

  private static void addresses(Check at, PodStatus now, PodStatus before) {
    var ofPod = now.podIPs().stream().map(each -> each.ip()).toList();
    families(
        at.at("podIPs"),
        ofPod,
        before.podIPs().stream().map(each -> each.ip()).toList(),
        now.podIPs());
    if (now.hostIPs().isEmpty()) {
      return;
    }
    var ofHost = now.hostIPs().stream().map(each -> each.ip()).toList();
    if (!ofHost.getFirst().equals(now.hostIP())) {
      at.at("hostIPs").at(0).at("ip").invalid(ofHost.getFirst(), "must be equal to `hostIP`");
    }
    families(
        at.at("hostIPs"),
        ofHost,
        before.hostIPs().stream().map(each -> each.ip()).toList(),
        now.hostIPs());
  }

  private static void families(
      Check at, List<String> addresses, List<String> before, List<?> shown) {
    at.each(addresses, (item, address) -> IpAddresses.address(item, address, before));
    if (addresses.size() > 1) {
      boolean both =
          addresses.size() == 2
              && IpAddresses.isIpv6(addresses.getFirst())
                  != IpAddresses.isIpv6(addresses.getLast());
      if (!both) {
        at.invalid(shown, "may specify no more than one IP for each IP family");
      }
    }
  }

  private static void containers(Check at, Pod pod) {
    var status = pod.status();
    var os = pod.spec().os();
    boolean windows = os != null && os.name().equals("windows");
    Check.ItemCheck<ContainerStatus> user = (item, each) -> user(item.at("user"), each, windows);
    at.at("containerStatuses").each(status.containerStatuses(), user);
    at.at("initContainerStatuses").each(status.initContainerStatuses(), user);
    at.at("ephemeralContainerStatuses").each(status.ephemeralContainerStatuses(), user);
    at.at("containerStatuses")
        .each(
            status.containerStatuses(),
            (item, each) -> ResourceHealth.container(item, each, pod.spec().containers()));
    at.at("initContainerStatuses")
        .each(
            status.initContainerStatuses(),
            (item, each) -> ResourceHealth.container(item, each, pod.spec().initContainers()));
    at.at("ephemeralContainerStatuses")
        .each(
            status.ephemeralContainerStatuses(),
            (item, each) -> {
              if (!each.allocatedResourcesStatus().isEmpty()) {
                item.at("allocatedResourcesStatus")
                    .forbidden("must not be specified in container status");
              }
            });
  }

  private static void user(Check at, ContainerStatus status, boolean windows) {
    var user = status.user();
    var linux = user == null ? null : user.linux();
    if (linux == null) {
      return;
    }
    if (windows) {
      at.at("linux").forbidden("cannot be set for a windows pod");
    } else {
      linux(at.at("linux"), linux);
    }
  }

  private static void linux(Check at, LinuxContainerUser user) {
    at.at("uid").messages(user.uid(), Formats.userOrGroupId(user.uid()));
    at.at("gid").messages(user.gid(), Formats.userOrGroupId(user.gid()));
    at.at("supplementalGroups")
        .each(
            user.supplementalGroups(),
            (item, group) -> item.messages(group, Formats.userOrGroupId(group)));
  }
}
