package io.kubejar.kubelet.runtime;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSecurityContext;
import io.kubejar.api.core.v1.SeccompProfile;
import io.kubejar.cri.runtime.v1.Capability;
import io.kubejar.cri.runtime.v1.Image;
import io.kubejar.cri.runtime.v1.Int64Value;
import io.kubejar.cri.runtime.v1.LinuxContainerSecurityContext;
import io.kubejar.cri.runtime.v1.LinuxSandboxSecurityContext;
import io.kubejar.cri.runtime.v1.NamespaceMode;
import io.kubejar.cri.runtime.v1.NamespaceOption;
import io.kubejar.cri.runtime.v1.SecurityProfile;
import io.kubejar.kubelet.env.ContainerFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who a container runs as and what it may do.
final class SecurityContexts {
  private static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");
  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private SecurityContexts() {}

  static LinuxSandboxSecurityContext ofSandbox(Pod pod, Path seccompRoot) {
    var out =
        LinuxSandboxSecurityContext.newBuilder()
            .setNamespaceOptions(namespaces(pod))
            .setPrivileged(
                io.kubejar.kubelet.pod.PodFacts.allContainers(pod)
                    .anyMatch(SecurityContexts::privileged));
    var context = pod.spec().securityContext();
    var profile = SecurityProfile.newBuilder();
    if (context != null) {
      if (context.runAsUser() != null) {
        out.setRunAsUser(Int64Value.newBuilder().setValue(context.runAsUser()));
      }
      if (context.runAsGroup() != null && context.runAsUser() != null) {
        out.setRunAsGroup(Int64Value.newBuilder().setValue(context.runAsGroup()));
      }
      out.addAllSupplementalGroups(groups(context));
      seccomp(context.seccompProfile(), seccompRoot, profile);
    } else {
      profile.setProfileType(SecurityProfile.ProfileType.RuntimeDefault);
    }
    return out.setSeccomp(profile).build();
  }

  private static List<Long> groups(PodSecurityContext context) {
    var groups = new ArrayList<Long>(context.supplementalGroups());
    if (context.fsGroup() != null) {
      groups.add(context.fsGroup());
    }
    return groups;
  }

  private static boolean privileged(Container container) {
    var context = container.securityContext();
    return context != null && Boolean.TRUE.equals(context.privileged());
  }

  static NamespaceOption namespaces(Pod pod) {
    var spec = pod.spec();
    var pid =
        spec.hostPID()
            ? NamespaceMode.NODE
            : Boolean.TRUE.equals(spec.shareProcessNamespace())
                ? NamespaceMode.POD
                : NamespaceMode.CONTAINER;
    return NamespaceOption.newBuilder()
        .setNetwork(spec.hostNetwork() ? NamespaceMode.NODE : NamespaceMode.POD)
        .setIpc(spec.hostIPC() ? NamespaceMode.NODE : NamespaceMode.POD)
        .setPid(pid)
        .build();
  }

  static LinuxContainerSecurityContext ofContainer(
      Pod pod, Container container, @Nullable Image image, Path seccompRoot) {
    var own = container.securityContext();
    var shared = pod.spec().securityContext();
    var out =
        LinuxContainerSecurityContext.newBuilder()
            .setNamespaceOptions(namespaces(pod))
            .setPrivileged(privileged(container));
    var user = user(pod, container);
    if (user != null) {
      out.setRunAsUser(Int64Value.newBuilder().setValue(user));
    } else if (image != null && image.hasUid()) {
      out.setRunAsUser(image.getUid());
    } else if (image != null && !image.getUsername().isEmpty()) {
      out.setRunAsUsername(image.getUsername());
    }
    var group =
        own != null && own.runAsGroup() != null
            ? own.runAsGroup()
            : shared == null ? null : shared.runAsGroup();
    if (group != null) {
      out.setRunAsGroup(Int64Value.newBuilder().setValue(group));
    }
    if (shared != null) {
      out.addAllSupplementalGroups(groups(shared));
    }
    var profile = SecurityProfile.newBuilder();
    seccomp(
        own != null && own.seccompProfile() != null
            ? own.seccompProfile()
            : shared == null ? null : shared.seccompProfile(),
        seccompRoot,
        profile);
    out.setSeccomp(profile);
    if (own != null) {
      out.setReadonlyRootfs(Boolean.TRUE.equals(own.readOnlyRootFilesystem()));
      out.setNoNewPrivs(Boolean.FALSE.equals(own.allowPrivilegeEscalation()));
      if (own.capabilities() != null) {
        out.setCapabilities(
            Capability.newBuilder()
                .addAllAddCapabilities(own.capabilities().add())
                .addAllDropCapabilities(own.capabilities().drop()));
      }
    }
    if (own == null || !"Unmasked".equals(own.procMount())) {
      out.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
    }
    return out.build();
  }

  private static @Nullable Long user(Pod pod, Container container) {
    var own = container.securityContext();
    if (own != null && own.runAsUser() != null) {
      return own.runAsUser();
    }
    var shared = pod.spec().securityContext();
    return shared == null ? null : shared.runAsUser();
  }

  private static void seccomp(
      @Nullable SeccompProfile wanted, Path root, SecurityProfile.Builder out) {
    switch (wanted == null ? "Unconfined" : wanted.type()) {
      case "RuntimeDefault" -> out.setProfileType(SecurityProfile.ProfileType.RuntimeDefault);
      case "Localhost" ->
          out.setProfileType(SecurityProfile.ProfileType.Localhost)
              .setLocalhostRef(
                  root.resolve(
                          wanted == null || wanted.localhostProfile() == null
                              ? ""
                              : wanted.localhostProfile())
                      .toString());
      default -> out.setProfileType(SecurityProfile.ProfileType.Unconfined);
    }
  }

  /// Refuses a container that must not be root and would be.
  static void verifyNonRoot(Pod pod, Container container, @Nullable Image image)
      throws ContainerFailure {
    var own = container.securityContext();
    var shared = pod.spec().securityContext();
    var must =
        (own != null && own.runAsNonRoot() != null)
            ? own.runAsNonRoot()
            : (shared == null ? null : shared.runAsNonRoot());
    if (!Boolean.TRUE.equals(must)) {
      return;
    }
    String where =
        " (pod: \""
            + io.kubejar.kubelet.pod.PodFacts.described(pod)
            + "\", container: "
            + container.name()
            + ")";
    var user = user(pod, container);
    if (user != null) {
      if (user == 0) {
        throw ContainerFailure.config("container's runAsUser breaks non-root policy" + where);
      }
    } else if (image != null && image.hasUid() && image.getUid().getValue() != 0) {
      return;
    } else if (image != null && !image.getUsername().isEmpty()) {
      throw ContainerFailure.config(
          "container has runAsNonRoot and image has non-numeric user ("
              + image.getUsername()
              + "), cannot verify user is non-root"
              + where);
    } else {
      throw ContainerFailure.config(
          "container has runAsNonRoot and image will run as root" + where);
    }
  }
}
