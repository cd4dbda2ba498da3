package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.PodDNSConfig;
import io.kubejar.api.core.v1.PodResourceClaim;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What must hold for every pod, real or in a template.
final class PodSpecs {
  private static final int MOST_NAMESERVERS = 3;
  private static final int MOST_SEARCHES = 32;
  private static final int LONGEST_SEARCH_LIST = 2048;
  private static final int LONGEST_HOSTNAME = 64;

  private PodSpecs() {}

  static void template(Check at, PodTemplateSpec template) {
    var metadata = template.metadata();
    var annotations = at.at("metadata").at("annotations");
    MetadataValidation.labels(at.at("metadata").at("labels"), metadata.labels());
    MetadataValidation.annotations(annotations, metadata.annotations());
    PodAnnotations.all(annotations, metadata.annotations(), template.spec());
    spec(at.at("spec"), template.spec(), null);
    PodAnnotations.sameAsFields(at.at("spec"), metadata.annotations(), template.spec());
    if (!template.spec().ephemeralContainers().isEmpty()) {
      at.at("spec")
          .at("ephemeralContainers")
          .forbidden("ephemeral containers not allowed in pod template");
    }
  }

  /// @param owner the metadata of a pod; null in a template
  static void spec(Check at, PodSpec pod, @Nullable ObjectMeta owner) {
    if (pod.terminationGracePeriodSeconds() == null) {
      at.at("terminationGracePeriodSeconds").required("");
    }
    var volumes = Volumes.all(at.at("volumes"), pod.volumes(), owner == null ? null : owner.name());
    resourceClaims(at, pod, owner);
    var containers = new Containers(pod, volumes);
    containers.regular(at.at("containers"));
    containers.init(at.at("initContainers"));
    containers.ephemeral(at.at("ephemeralContainers"));
    PodResources.pod(at, pod);
    hostNetworkPorts(at.at("containers"), pod, owner != null);
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
    TopologySpread.constraints(at.at("topologySpreadConstraints"), pod.topologySpreadConstraints());
    WindowsPods.hostProcesses(at, pod);
    hostUsers(at, pod);
    hostname(at.at("hostnameOverride"), pod);
    names(at, pod);
    WindowsPods.system(at, pod);
    environmentFiles(at, pod);
  }

  private static void names(Check at, PodSpec pod) {
    optional(at.at("serviceAccountName"), pod.serviceAccountName());
    optional(at.at("nodeName"), pod.nodeName());
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
    Scheduling.tolerations(at.at("tolerations"), pod.tolerations());
    hostAliases(at.at("hostAliases"), pod);
    optional(at.at("priorityClassName"), pod.priorityClassName());
    if (pod.runtimeClassName() != null) {
      at.at("runtimeClassName").format(pod.runtimeClassName(), Formats::dns1123Subdomain);
    }
    var preemption = pod.preemptionPolicy();
    if (preemption != null) {
      at.at("preemptionPolicy").oneOf(preemption, "PreemptLowerPriority", "Never");
    }
    Resources.overhead(at.at("overhead"), pod.overhead());
  }

  private static void hostname(Check at, PodSpec pod) {
    var name = pod.hostnameOverride();
    if (name == null) {
      return;
    }
    if (Boolean.TRUE.equals(pod.setHostnameAsFQDN())) {
      at.forbidden("may not be specified when setHostnameAsFQDN is true");
    }
    if (pod.hostNetwork()) {
      at.forbidden("may not be specified when hostNetwork is true");
    }
    if (name.length() > LONGEST_HOSTNAME) {
      at.tooLong(LONGEST_HOSTNAME);
    }
    at.format(name, Formats::dns1123Subdomain);
  }

  /// Files with variables are in directories that the pod itself fills.
  private static void environmentFiles(Check at, PodSpec pod) {
    AllContainers.of(
        at,
        pod,
        (item, container) ->
            item.at("env")
                .each(
                    container.env(),
                    (place, variable) -> {
                      var source = variable.valueFrom();
                      var file = source == null ? null : source.fileKeyRef();
                      if (file != null) {
                        directory(
                            place.at("valueFrom").at("fileKeyRef").at("volumeName"),
                            pod,
                            file.volumeName());
                      }
                    }));
  }

  private static void directory(Check at, PodSpec pod, String name) {
    var volume = pod.volumes().stream().filter(each -> each.name().equals(name)).findFirst();
    if (volume.isEmpty()) {
      at.notFound(name);
    } else if (volume.get().emptyDir() == null) {
      at.invalid(name, "referenced volume must be of type emptyDir");
    }
  }

  private static void optional(Check at, String name) {
    if (!name.isEmpty()) {
      at.format(name, Formats::dns1123Subdomain);
    }
  }

  private static void resourceClaims(Check at, PodSpec pod, @Nullable ObjectMeta owner) {
    if (owner != null && owner.annotations().containsKey(PodAnnotations.MIRROR)) {
      for (var _ : pod.resourceClaims()) {
        Check.root(at).forbidden("static pods do not support resource claims");
      }
      return;
    }
    resourceClaims(at.at("resourceClaims"), pod.resourceClaims());
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
          var direct = claim.resourceClaimName();
          var template = claim.resourceClaimTemplateName();
          if (direct != null && template != null) {
            item.invalid(
                claim,
                "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be"
                    + " specified");
          } else if (direct == null && template == null) {
            item.invalid(
                claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
          }
          if (direct != null) {
            item.at("resourceClaimName").format(direct, Formats::dns1123Subdomain);
          }
          if (template != null) {
            item.at("resourceClaimTemplateName").format(template, Formats::dns1123Subdomain);
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
    var why = "when `hostUsers` is false";
    if (pod.hostNetwork()) {
      at.at("hostNetwork").forbidden(why);
    }
    if (pod.hostPID()) {
      at.at("HostPID").forbidden(why);
    }
    if (pod.hostIPC()) {
      at.at("HostIPC").forbidden(why);
    }
    AllContainers.of(
        at,
        pod,
        (item, container) -> {
          if (!container.volumeDevices().isEmpty()) {
            item.at("volumeDevices").forbidden(why);
          }
        });
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
