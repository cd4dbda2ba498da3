package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerPort;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Lifecycle;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The containers of a pod: regular, init and ephemeral.
final class Containers {
  private static final String NOT_FOR_INIT =
      "may not be set for init containers without restartPolicy=Always";
  private static final String NOT_FOR_EPHEMERAL = "cannot be set for an Ephemeral Container";

  private final PodSpec pod;
  private final Mounts mounts;
  private final Set<String> claims;
  private final boolean hostUsers;

  /// @param volumes those that may be mounted, by name
  Containers(PodSpec pod, Map<String, Volume> volumes) {
    this.pod = pod;
    mounts = new Mounts(volumes);
    claims = pod.resourceClaims().stream().map(claim -> claim.name()).collect(Collectors.toSet());
    claims.remove("");
    hostUsers = !Boolean.FALSE.equals(pod.hostUsers());
  }

  void regular(Check at) {
    if (pod.containers().isEmpty()) {
      at.required("");
      return;
    }
    var names = new HashSet<String>();
    at.each(
        pod.containers(),
        (item, container) -> {
          common(item, container);
          if (!names.add(container.name())) {
            item.at("name").duplicate(container.name());
          }
          lifecycle(item.at("lifecycle"), container.lifecycle());
          probes(item, container);
          RestartRules.container(item, container);
        });
    hostPorts(at, pod.containers());
  }

  void init(Check at) {
    var names = names(pod.containers());
    at.each(
        pod.initContainers(),
        (item, container) -> {
          common(item, container);
          RestartRules.container(item, container);
          if (names.contains(container.name())) {
            item.at("name").duplicate(container.name());
          } else if (!container.name().isEmpty()) {
            names.add(container.name());
          }
          hostPorts(at, List.of(container)); // Upstream finds fault as if it were the first one.
          if ("Always".equals(container.restartPolicy())) {
            lifecycle(item.at("lifecycle"), container.lifecycle());
            probes(item, container);
          } else {
            onlyOnce(item, container);
          }
        });
  }

  /// What a container that ends before the others start cannot have.
  private static void onlyOnce(Check at, Container container) {
    nothing(at.at("lifecycle"), container.lifecycle(), NOT_FOR_INIT);
    nothing(at.at("livenessProbe"), container.livenessProbe(), NOT_FOR_INIT);
    nothing(at.at("readinessProbe"), container.readinessProbe(), NOT_FOR_INIT);
    nothing(at.at("startupProbe"), container.startupProbe(), NOT_FOR_INIT);
    at.at("resizePolicy")
        .each(
            container.resizePolicy(),
            (item, policy) -> {
              if (policy.restartPolicy().equals("RestartContainer")) {
                item.at("restartPolicy")
                    .invalid(
                        policy.restartPolicy(),
                        "must not be set to 'RestartContainer' for non-sidecar initContainers");
              }
            });
  }

  void ephemeral(Check at) {
    var others = names(pod.containers());
    others.addAll(names(pod.initContainers()));
    var all = new HashSet<>(others);
    at.each(
        pod.ephemeralContainers(),
        (item, container) -> {
          common(item, AllContainers.asContainer(container));
          withoutBlanks(item, container.image());
          if (!all.add(container.name())) {
            item.at("name").duplicate(container.name());
          }
          var target = container.targetContainerName();
          if (!target.isEmpty() && !others.contains(target)) {
            item.at("targetContainerName").notFound(target);
          }
          ephemeralOnly(item, container);
        });
  }

  private static void ephemeralOnly(Check at, EphemeralContainer container) {
    nothing(at.at("ports"), container.ports().isEmpty() ? null : "", NOT_FOR_EPHEMERAL);
    boolean free = container.resources().equals(ResourceRequirements.EMPTY);
    nothing(at.at("resources"), free ? null : "", NOT_FOR_EPHEMERAL);
    boolean fixed = container.resizePolicy().isEmpty();
    nothing(at.at("resizePolicy"), fixed ? null : "", NOT_FOR_EPHEMERAL);
    nothing(at.at("restartPolicy"), container.restartPolicy(), NOT_FOR_EPHEMERAL);
    boolean ruled = !container.restartPolicyRules().isEmpty();
    nothing(at.at("restartPolicyRules"), ruled ? "" : null, NOT_FOR_EPHEMERAL);
    nothing(at.at("livenessProbe"), container.livenessProbe(), NOT_FOR_EPHEMERAL);
    nothing(at.at("readinessProbe"), container.readinessProbe(), NOT_FOR_EPHEMERAL);
    nothing(at.at("startupProbe"), container.startupProbe(), NOT_FOR_EPHEMERAL);
    nothing(at.at("lifecycle"), container.lifecycle(), NOT_FOR_EPHEMERAL);
    at.at("volumeMounts")
        .each(
            container.volumeMounts(),
            (item, mount) -> {
              nothing(item.at("subPath"), mount.subPath().isEmpty() ? null : "", NOT_FOR_EPHEMERAL);
              nothing(
                  item.at("subPathExpr"),
                  mount.subPathExpr().isEmpty() ? null : "",
                  NOT_FOR_EPHEMERAL);
            });
  }

  /// What holds for pods but, because it always was so, not for templates.
  static void onlyInPods(Check at, List<Container> containers) {
    at.each(containers, (item, container) -> withoutBlanks(item, container.image()));
  }

  static void withoutBlanks(Check at, String image) {
    if (!image.equals(image.strip())) {
      at.at("image").invalid(image, "must not have leading or trailing whitespace");
    }
  }

  private static void nothing(Check at, @Nullable Object value, String detail) {
    if (value != null) {
      at.forbidden(detail);
    }
  }

  private void common(Check at, Container container) {
    if (container.name().isEmpty()) {
      at.at("name").required("");
    } else {
      at.at("name").format(container.name(), Formats::dns1123Label);
    }
    at.at("image").nonEmpty(container.image());
    at.at("terminationMessagePolicy")
        .oneOf(container.terminationMessagePolicy(), "File", "FallbackToLogsOnError");
    ports(at.at("ports"), container.ports());
    at.at("env").each(container.env(), Environments::variable);
    var from = at.at("envFrom");
    from.each(container.envFrom(), (item, source) -> Environments.all(from, item, source));
    mounts.mounts(at.at("volumeMounts"), container);
    mounts.devices(at.at("volumeDevices"), container);
    at.at("imagePullPolicy").oneOf(container.imagePullPolicy(), "Always", "IfNotPresent", "Never");
    Resources.container(at.at("resources"), container.resources(), claims);
    resizePolicy(at.at("resizePolicy"), container);
    SecurityContexts.container(at.at("securityContext"), container.securityContext(), hostUsers);
  }

  private void resizePolicy(Check at, Container container) {
    var seen = new HashSet<String>();
    at.each(
        container.resizePolicy(),
        (item, policy) -> {
          if (!seen.add(policy.resourceName())) {
            item.duplicate(policy.resourceName());
          }
          at.oneOf(policy.resourceName(), "cpu", "memory");
          at.oneOf(policy.restartPolicy(), "NotRequired", "RestartContainer");
          if (pod.restartPolicy().equals("Never")
              && !policy.restartPolicy().equals("NotRequired")) {
            at.invalid(
                policy.restartPolicy(),
                "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
          }
        });
  }

  private static void ports(Check at, List<ContainerPort> ports) {
    var names = new HashSet<String>();
    at.each(
        ports,
        (item, port) -> {
          if (!port.name().isEmpty()) {
            var wrong = Formats.portName(port.name());
            item.at("name").messages(port.name(), wrong);
            if (wrong.isEmpty() && !names.add(port.name())) {
              item.at("name").duplicate(port.name());
            }
          }
          if (port.containerPort() == 0) {
            item.at("containerPort").required("");
          } else {
            item.at("containerPort")
                .messages(port.containerPort(), Formats.portNumber(port.containerPort()));
          }
          if (port.hostPort() != 0) {
            item.at("hostPort").messages(port.hostPort(), Formats.portNumber(port.hostPort()));
          }
          item.at("protocol").oneOf(port.protocol(), "SCTP", "TCP", "UDP");
        });
  }

  private static void hostPorts(Check at, List<Container> containers) {
    var taken = new HashSet<String>();
    at.each(
        containers,
        (item, container) ->
            item.at("ports")
                .each(
                    container.ports(),
                    (place, port) -> {
                      var key = port.protocol() + "/" + port.hostIP() + "/" + port.hostPort();
                      if (port.hostPort() != 0 && !taken.add(key)) {
                        place.at("hostPort").duplicate(key);
                      }
                    }));
  }

  private static void probes(Check at, Container container) {
    Handlers.liveness(at.at("livenessProbe"), container.livenessProbe());
    Handlers.readiness(at.at("readinessProbe"), container.readinessProbe());
    Handlers.liveness(at.at("startupProbe"), container.startupProbe());
  }

  private void lifecycle(Check at, @Nullable Lifecycle lifecycle) {
    if (lifecycle != null) {
      Handlers.hook(at.at("postStart"), lifecycle.postStart(), pod.terminationGracePeriodSeconds());
      Handlers.hook(at.at("preStop"), lifecycle.preStop(), pod.terminationGracePeriodSeconds());
    }
  }

  private static Set<String> names(List<Container> containers) {
    return containers.stream().map(Container::name).collect(Collectors.toCollection(HashSet::new));
  }
}
