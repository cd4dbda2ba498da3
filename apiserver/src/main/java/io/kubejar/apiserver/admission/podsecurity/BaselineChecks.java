package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.api.core.v1.Capabilities;
import io.kubejar.api.core.v1.HTTPGetAction;
import io.kubejar.api.core.v1.LifecycleHandler;
import io.kubejar.api.core.v1.Sysctl;
import io.kubejar.api.core.v1.TCPSocketAction;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.WindowsSecurityContextOptions;
import io.kubejar.apiserver.admission.podsecurity.Check.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the baseline forbids: known ways to gain power over the node.
final class BaselineChecks {
  static final String CAPABILITIES = "capabilities_baseline";
  static final String HOST_PATHS = "hostPathVolumes";
  static final String PROC_MOUNT = "procMount";

  private static final Set<String> USUAL_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");
  private static final Set<String> SYSCTLS_0 =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_unprivileged_port_start");
  private static final Set<String> SYSCTLS_27 =
      union(SYSCTLS_0, "net.ipv4.ip_local_reserved_ports");
  private static final Set<String> SYSCTLS_29 =
      union(
          SYSCTLS_27,
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes");
  private static final Set<String> SYSCTLS_32 =
      union(SYSCTLS_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");

  static final Check.Rule PROC_MOUNT_RULE = BaselineChecks::procMount;

  static final List<Check> ALL =
      List.of(
          check(CAPABILITIES, Versioned.of(0, BaselineChecks::capabilities)),
          check("hostNamespaces", Versioned.of(0, BaselineChecks::hostNamespaces)),
          check(HOST_PATHS, Versioned.of(0, BaselineChecks::hostPaths)),
          check("hostPorts", Versioned.of(0, BaselineChecks::hostPorts)),
          check("hostProbesAndHostLifecycle", Versioned.of(34, BaselineChecks::hosts)),
          check("privileged", Versioned.of(0, BaselineChecks::privileged)),
          check(
              PROC_MOUNT,
              Versioned.of(0, PROC_MOUNT_RULE),
              Versioned.of(35, PROC_MOUNT_RULE.unlessUserNamespace())),
          check(
              "sysctls",
              Versioned.of(0, pod -> sysctls(pod, SYSCTLS_0)),
              Versioned.of(27, pod -> sysctls(pod, SYSCTLS_27)),
              Versioned.of(29, pod -> sysctls(pod, SYSCTLS_29)),
              Versioned.of(32, pod -> sysctls(pod, SYSCTLS_32))),
          check("windowsHostProcess", Versioned.of(0, BaselineChecks::windowsHostProcess)));

  private BaselineChecks() {}

  private static Check check(String id, Versioned... versions) {
    return new Check(id, Level.BASELINE, List.of(versions));
  }

  private static Set<String> union(Set<String> some, String... more) {
    var all = new TreeSet<>(some);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }

  private static Optional<Violation> capabilities(CheckedPod pod) {
    var unusual = new TreeSet<String>();
    var containers =
        Words.names(
            pod,
            part -> {
              var added = added(part);
              var bad = added.stream().filter(it -> !USUAL_CAPABILITIES.contains(it)).toList();
              unusual.addAll(bad);
              return !bad.isEmpty();
            });
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "non-default capabilities",
                Words.containers(containers)
                    + " must not include "
                    + Words.quoted(unusual)
                    + " in securityContext.capabilities.add"));
  }

  static List<String> added(CheckedPod.Part part) {
    return Objects.requireNonNullElse(part.security().capabilities(), Capabilities.EMPTY).add();
  }

  private static Optional<Violation> hostNamespaces(CheckedPod pod) {
    var shared = new ArrayList<String>();
    if (pod.spec().hostNetwork()) {
      shared.add("hostNetwork=true");
    }
    if (pod.spec().hostPID()) {
      shared.add("hostPID=true");
    }
    if (pod.spec().hostIPC()) {
      shared.add("hostIPC=true");
    }
    return shared.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("host namespaces", String.join(", ", shared)));
  }

  private static Optional<Violation> hostPaths(CheckedPod pod) {
    var names =
        pod.spec().volumes().stream()
            .filter(volume -> volume.hostPath() != null)
            .map(Volume::name)
            .toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "hostPath volumes",
                Words.number("volume", "volumes", names.size()) + " " + Words.quoted(names)));
  }

  private static Optional<Violation> hostPorts(CheckedPod pod) {
    var ports = new TreeSet<String>();
    var containers =
        Words.names(
            pod,
            part -> {
              var taken = part.ports().stream().filter(port -> port.hostPort() != 0).toList();
              taken.forEach(port -> ports.add(Integer.toString(port.hostPort())));
              return !taken.isEmpty();
            });
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "hostPort",
                Words.containers(containers)
                    + Words.number(" uses ", " use ", containers.size())
                    + Words.number("hostPort ", "hostPorts ", ports.size())
                    + String.join(", ", ports)));
  }

  private static Optional<Violation> hosts(CheckedPod pod) {
    var hosts = new TreeSet<String>();
    var containers =
        new TreeSet<>(
            Words.names(
                pod,
                part -> {
                  var named = hosts(part).filter(host -> !host.isEmpty()).toList();
                  hosts.addAll(named);
                  return !named.isEmpty();
                }));
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "probe or lifecycle host",
                Words.containers(containers)
                    + Words.number(" uses ", " use ", containers.size())
                    + Words.number(
                        "probe or lifecycle host ", "probe or lifecycle hosts ", hosts.size())
                    + Words.quoted(hosts)));
  }

  private static Stream<String> hosts(CheckedPod.Part part) {
    var ofProbes =
        part.probes().stream().flatMap(probe -> hosts(probe.httpGet(), probe.tcpSocket()));
    var lifecycle = part.lifecycle();
    return lifecycle == null
        ? ofProbes
        : Stream.of(ofProbes, hosts(lifecycle.postStart()), hosts(lifecycle.preStop()))
            .flatMap(each -> each);
  }

  private static Stream<String> hosts(@Nullable LifecycleHandler handler) {
    return handler == null ? Stream.of() : hosts(handler.httpGet(), handler.tcpSocket());
  }

  private static Stream<String> hosts(
      @Nullable HTTPGetAction get, @Nullable TCPSocketAction socket) {
    return Stream.concat(
        get == null ? Stream.of() : Stream.of(get.host()),
        socket == null ? Stream.of() : Stream.of(socket.host()));
  }

  private static Optional<Violation> privileged(CheckedPod pod) {
    var containers = Words.names(pod, part -> Boolean.TRUE.equals(part.security().privileged()));
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "privileged",
                Words.containers(containers) + " must not set securityContext.privileged=true"));
  }

  private static Optional<Violation> procMount(CheckedPod pod) {
    var types = new TreeSet<String>();
    var containers =
        Words.names(
            pod,
            part -> {
              var type = part.security().procMount();
              if (type == null || type.equals("Default")) {
                return false;
              }
              types.add(type);
              return true;
            });
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "procMount",
                Words.containers(containers)
                    + " must not set securityContext.procMount to "
                    + Words.quoted(types)));
  }

  private static Optional<Violation> sysctls(CheckedPod pod, Set<String> allowed) {
    var forbidden =
        pod.security().sysctls().stream()
            .map(Sysctl::name)
            .filter(name -> !allowed.contains(name))
            .toList();
    return forbidden.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("forbidden sysctls", String.join(", ", forbidden)));
  }

  private static Optional<Violation> windowsHostProcess(CheckedPod pod) {
    var setters =
        Words.setters(
            isHostProcess(pod.security().windowsOptions()),
            Words.names(pod, part -> isHostProcess(part.security().windowsOptions())));
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "hostProcess",
                setters + " must not set securityContext.windowsOptions.hostProcess=true"));
  }

  private static boolean isHostProcess(@Nullable WindowsSecurityContextOptions options) {
    return options != null && Boolean.TRUE.equals(options.hostProcess());
  }
}
