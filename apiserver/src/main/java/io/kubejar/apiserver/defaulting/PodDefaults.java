package io.kubejar.apiserver.defaulting;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSecurityContext;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pods, and the templates of pods in other kinds.
final class PodDefaults {
  private static final long TERMINATION_GRACE_SECONDS = 30;

  private PodDefaults() {}

  static Pod pod(Pod pod) {
    var spec = spec(pod.spec());
    if (spec.enableServiceLinks() == null) {
      spec = spec.withEnableServiceLinks(true);
    }
    spec =
        spec.withContainers(Mapped.each(spec.containers(), PodDefaults::requestsFromLimits))
            .withInitContainers(
                Mapped.each(spec.initContainers(), PodDefaults::requestsFromLimits));
    spec = PodResourceDefaults.spec(spec);
    return spec.equals(pod.spec()) ? pod : pod.withSpec(spec);
  }

  static PodTemplateSpec template(PodTemplateSpec template) {
    var spec = spec(template.spec());
    return spec.equals(template.spec()) ? template : template.withSpec(spec);
  }

  static @Nullable PodTemplateSpec optionalTemplate(@Nullable PodTemplateSpec template) {
    return template == null ? null : template(template);
  }

  private static PodSpec spec(PodSpec given) {
    var spec = given;
    if (spec.dnsPolicy().isEmpty()) {
      spec = spec.withDnsPolicy("ClusterFirst");
    }
    if (spec.restartPolicy().isEmpty()) {
      spec = spec.withRestartPolicy("Always");
    }
    if (spec.terminationGracePeriodSeconds() == null) {
      spec = spec.withTerminationGracePeriodSeconds(TERMINATION_GRACE_SECONDS);
    }
    if (spec.schedulerName().isEmpty()) {
      spec = spec.withSchedulerName("default-scheduler");
    }
    if (spec.securityContext() == null) {
      spec = spec.withSecurityContext(PodSecurityContext.EMPTY);
    }
    // Clients of old only know the alias.
    if (spec.serviceAccountName().isEmpty() && !spec.serviceAccount().isEmpty()) {
      spec = spec.withServiceAccountName(spec.serviceAccount());
    } else if (!spec.serviceAccount().equals(spec.serviceAccountName())) {
      spec = spec.withServiceAccount(spec.serviceAccountName());
    }
    if (!spec.overhead().isEmpty()) {
      spec = spec.withOverhead(Amounts.rounded(spec.overhead()));
    }
    var resources = spec.resources();
    if (resources != null) {
      spec = spec.withResources(Amounts.rounded(resources));
    }
    boolean hostNetwork = spec.hostNetwork();
    return spec.withContainers(Mapped.each(spec.containers(), it -> container(it, hostNetwork)))
        .withInitContainers(Mapped.each(spec.initContainers(), it -> container(it, hostNetwork)))
        .withEphemeralContainers(
            Mapped.each(spec.ephemeralContainers(), PodDefaults::ephemeralContainer))
        .withVolumes(Mapped.each(spec.volumes(), VolumeDefaults::volume));
  }

  private static Container container(Container given, boolean hostNetwork) {
    var container = given;
    if (container.imagePullPolicy().isEmpty()) {
      container = container.withImagePullPolicy(pullPolicy(container.image()));
    }
    if (container.terminationMessagePath().isEmpty()) {
      container = container.withTerminationMessagePath("/dev/termination-log");
    }
    if (container.terminationMessagePolicy().isEmpty()) {
      container = container.withTerminationMessagePolicy("File");
    }
    var lifecycle = container.lifecycle();
    return container
        .withPorts(ContainerDefaults.ports(container.ports(), hostNetwork))
        .withResources(Amounts.rounded(container.resources()))
        .withEnv(Mapped.each(container.env(), ContainerDefaults::env))
        .withLivenessProbe(ContainerDefaults.probe(container.livenessProbe()))
        .withReadinessProbe(ContainerDefaults.probe(container.readinessProbe()))
        .withStartupProbe(ContainerDefaults.probe(container.startupProbe()))
        .withLifecycle(ContainerDefaults.lifecycle(lifecycle));
  }

  private static EphemeralContainer ephemeralContainer(EphemeralContainer given) {
    var container = given;
    if (container.imagePullPolicy().isEmpty()) {
      container = container.withImagePullPolicy(pullPolicy(container.image()));
    }
    if (container.terminationMessagePath().isEmpty()) {
      container = container.withTerminationMessagePath("/dev/termination-log");
    }
    if (container.terminationMessagePolicy().isEmpty()) {
      container = container.withTerminationMessagePolicy("File");
    }
    return container
        .withPorts(ContainerDefaults.ports(container.ports(), false))
        .withResources(Amounts.rounded(container.resources()))
        .withEnv(Mapped.each(container.env(), ContainerDefaults::env))
        .withLivenessProbe(ContainerDefaults.probe(container.livenessProbe()))
        .withReadinessProbe(ContainerDefaults.probe(container.readinessProbe()))
        .withStartupProbe(ContainerDefaults.probe(container.startupProbe()))
        .withLifecycle(ContainerDefaults.lifecycle(container.lifecycle()));
  }

  /// An image that names no version may change any time.
  static String pullPolicy(String image) {
    int at = image.indexOf('@');
    if (at >= 0) {
      return "IfNotPresent";
    }
    int colon = image.lastIndexOf(':');
    boolean tagged = colon > image.lastIndexOf('/');
    return tagged && !image.substring(colon + 1).equals("latest") ? "IfNotPresent" : "Always";
  }

  /// Whoever limits a resource without requesting it requests as much as the limit.
  private static Container requestsFromLimits(Container container) {
    ResourceRequirements resources = container.resources();
    Map<String, Quantity> missing = new LinkedHashMap<>(resources.requests());
    resources.limits().forEach(missing::putIfAbsent);
    return missing.size() == resources.requests().size()
        ? container
        : container.withResources(resources.withRequests(missing));
  }
}
