package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.PodDNSConfig;
import io.kubejar.api.core.v1.PodResourceClaim;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What must hold for every pod, real or in a template.
final class PodSpecs {
  private static final int MOST_NAMESERVERS = 3;
  private static final int MOST_SEARCHES = 32;
  private static final int LONGEST_SEARCH_LIST = 2048;

  private PodSpecs() {}

  static void template(Check at, PodTemplateSpec template) {
    var metadata = template.metadata();
    MetadataValidation.labels(at.at("metadata").at("labels"), metadata.labels());
    MetadataValidation.annotations(at.at("metadata").at("annotations"), metadata.annotations());
    spec(at.at("spec"), template.spec(), false);
    if (!template.spec().ephemeralContainers().isEmpty()) {
      at.at("spec")
          .at("ephemeralContainers")
          .forbidden("ephemeral containers not allowed in pod template");
    }
  }

  static void spec(Check at, PodSpec pod, boolean isPod) {
    if (pod.terminationGracePeriodSeconds() == null) {
      at.at("terminationGracePeriodSeconds").required("");
    }
    Volumes.all(at.at("volumes"), pod.volumes());
    resourceClaims(at.at("resourceClaims"), pod.resourceClaims());
    var containers = new Containers(pod);
    containers.regular(at.at("containers"));
    containers.init(at.at("initContainers"));
    containers.ephemeral(at.at("ephemeralContainers"));
    hostNetworkPorts(at.at("containers"), pod, isPod);
    at.at("restartPolicy").oneOf(pod.restartPolicy(), "Always", "OnFailure", "Never");
    at.at("dnsPolicy")
        .oneOf(pod.dnsPolicy(), "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    MetadataValidation.labels(at.at("nodeSelector"), pod.nodeSelector());
    SecurityContexts.pod(at.at("securityContext"), pod, pod.securityContext());
    Scheduling.affinity(at.at("affinity"), pod.affinity());
    dns(at.at("dnsConfig"), pod.dnsPolicy(), pod.dnsConfig());
    at.at("readinessGates")
        .each(
            pod.readinessGates(),
            (item, gate) ->
                item.at("conditionType").format(gate.conditionType(), Formats::labelKey));
    schedulingGates(at.at("schedulingGates"), pod);
    Scheduling.spread(at.at("topologySpreadConstraints"), pod.topologySpreadConstraints());
    hostUsers(at, pod);
    names(at, pod);
    Scheduling.tolerations(at.at("tolerations"), pod.tolerations());
    hostAliases(at.at("hostAliases"), pod);
    at.at("preemptionPolicy").oneOfOrEmpty(pod.preemptionPolicy(), "PreemptLowerPriority", "Never");
    at.at("overhead").each(pod.overhead(), Resources::value);
    var os = pod.os();
    if (os != null) {
      at.at("os").at("name").oneOf(os.name(), "linux", "windows");
    }
  }

  private static void names(Check at, PodSpec pod) {
    optional(at.at("serviceAccountName"), pod.serviceAccountName());
    optional(at.at("nodeName"), pod.nodeName());
    optional(at.at("priorityClassName"), pod.priorityClassName());
    if (pod.runtimeClassName() != null) {
      at.at("runtimeClassName").format(pod.runtimeClassName(), Formats::dns1123Subdomain);
    }
    var deadline = pod.activeDeadlineSeconds();
    if (deadline != null) {
      at.at("activeDeadlineSeconds")
          .messages(deadline, Formats.inRange(deadline, 1, Integer.MAX_VALUE));
    }
    if (!pod.hostname().isEmpty()) {
      at.at("hostname").format(pod.hostname(), Formats::dns1123Label);
    }
    if (!pod.subdomain().isEmpty()) {
      at.at("subdomain").format(pod.subdomain(), Formats::dns1123Label);
    }
  }

  private static void optional(Check at, String name) {
    if (!name.isEmpty()) {
      at.format(name, Formats::dns1123Subdomain);
    }
  }

  private static void resourceClaims(Check at, List<PodResourceClaim> claims) {
    var names = new HashSet<String>();
    at.each(
        claims,
        (item, claim) -> {
          if (claim.name().isEmpty()) {
            item.at("name").required("");
          } else if (!names.add(claim.name())) {
            item.at("name").duplicate(claim.name());
          } else {
            item.at("name").format(claim.name(), Formats::dns1123Label);
          }
          boolean direct = claim.resourceClaimName() != null;
          boolean template = claim.resourceClaimTemplateName() != null;
          if (direct && template) {
            item.invalid(
                claim,
                "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be"
                    + " specified");
          } else if (!direct && !template) {
            item.invalid(
                claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
          }
        });
  }

  private static void hostNetworkPorts(Check at, PodSpec pod, boolean isPod) {
    if (!pod.hostNetwork()) {
      return;
    }
    at.each(
        pod.containers(),
        (item, container) ->
            item.at("ports")
                .each(
                    container.ports(),
                    (place, port) -> {
                      // In a template the host's port may still be filled in.
                      boolean given = isPod || port.hostPort() != 0;
                      if (given && port.hostPort() != port.containerPort()) {
                        place
                            .at("hostPort")
                            .invalid(
                                port.hostPort(),
                                "must match `containerPort` when `hostNetwork` is true");
                      }
                    }));
  }

  private static void dns(Check at, String policy, @Nullable PodDNSConfig config) {
    if (policy.equals("None")) {
      if (config == null) {
        at.required("must provide `dnsConfig` when `dnsPolicy` is None");
        return;
      }
      if (config.nameservers().isEmpty()) {
        at.at("nameservers")
            .required("must provide at least one DNS nameserver when `dnsPolicy` is None");
        return;
      }
    }
    if (config == null) {
      return;
    }
    if (config.nameservers().size() > MOST_NAMESERVERS) {
      at.at("nameservers")
          .invalid(
              config.nameservers(), "must not have more than " + MOST_NAMESERVERS + " nameservers");
    }
    at.at("nameservers").each(config.nameservers(), IpAddresses::address);
    if (config.searches().size() > MOST_SEARCHES) {
      at.at("searches")
          .invalid(config.searches(), "must not have more than " + MOST_SEARCHES + " search paths");
    }
    if (String.join(" ", config.searches()).length() > LONGEST_SEARCH_LIST) {
      at.at("searches")
          .invalid(
              config.searches(),
              "must not have more than "
                  + LONGEST_SEARCH_LIST
                  + " characters (including spaces) in the search list");
    }
    at.at("searches")
        .each(
            config.searches(),
            (item, search) -> {
              if (!search.equals(".")) {
                var domain =
                    search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
                item.format(domain, Formats::dns1123SubdomainWithUnderscore);
              }
            });
    at.at("options")
        .each(
            config.options(),
            (item, option) -> {
              if (option.name().isEmpty()) {
                item.required("must not be empty");
              }
            });
  }

  private static void schedulingGates(Check at, PodSpec pod) {
    var names = new HashSet<String>();
    at.each(
        pod.schedulingGates(),
        (item, gate) -> {
          item.format(gate.name(), Formats::labelKey);
          if (!names.add(gate.name())) {
            item.duplicate(gate.name());
          }
        });
  }

  private static void hostUsers(Check at, PodSpec pod) {
    if (!Boolean.FALSE.equals(pod.hostUsers())) {
      return;
    }
    var why = "when `pod.Spec.HostUsers` is false";
    if (pod.hostNetwork()) {
      at.at("hostNetwork").forbidden(why);
    }
    if (pod.hostPID()) {
      at.at("HostPID").forbidden(why);
    }
    if (pod.hostIPC()) {
      at.at("HostIPC").forbidden(why);
    }
  }

  private static void hostAliases(Check at, PodSpec pod) {
    at.each(
        pod.hostAliases(),
        (item, alias) -> {
          IpAddresses.address(item.at("ip"), alias.ip());
          item.at("hostnames")
              .each(
                  alias.hostnames(),
                  (place, hostname) -> place.format(hostname, Formats::dns1123Subdomain));
        });
  }
}
