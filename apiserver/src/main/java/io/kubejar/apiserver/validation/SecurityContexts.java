package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.AppArmorProfile;
import io.kubejar.api.core.v1.PodSecurityContext;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.SeccompProfile;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What containers may do, and as whom.
final class SecurityContexts {
  private static final Pattern SYSCTL =
      Pattern.compile("[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*+");
  private static final Set<String> IPC_SYSCTLS =
      Set.of(
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced",
          "kernel.shm",
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.msg");
  private static final int LONGEST_SYSCTL = 253;
  private static final int LONGEST_PROFILE_BYTES = 4095; // The longest path, without its end.

  private SecurityContexts() {}

  /// @param hostUsers whether the pod has the node's user identifiers
  static void container(Check at, @Nullable SecurityContext context, boolean hostUsers) {
    if (context == null) {
      return;
    }
    userOrGroup(at.at("runAsUser"), context.runAsUser());
    userOrGroup(at.at("runAsGroup"), context.runAsGroup());
    procMount(at.at("procMount"), context.procMount(), hostUsers);
    seccomp(at.at("seccompProfile"), context.seccompProfile());
    if (Boolean.FALSE.equals(context.allowPrivilegeEscalation())) {
      if (Boolean.TRUE.equals(context.privileged())) {
        at.invalid(
            context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
      }
      var capabilities = context.capabilities();
      if (capabilities != null && capabilities.add().contains("CAP_SYS_ADMIN")) {
        at.invalid(
            context,
            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
      }
    }
    WindowsPods.options(at.at("windowsOptions"), context.windowsOptions());
    appArmor(at.at("appArmorProfile"), context.appArmorProfile());
  }

  private static void procMount(Check at, @Nullable String type, boolean hostUsers) {
    among(at, type, "Default", "Unmasked");
    if (hostUsers && "Unmasked".equals(type)) {
      at.invalid(type, "`hostUsers` must be false to use `Unmasked`");
    }
  }

  private static void among(Check at, @Nullable String value, String... allowed) {
    if (value != null && !List.of(allowed).contains(value)) {
      at.notSupported(value, allowed);
    }
  }

  static void pod(Check at, PodSpec pod, @Nullable PodSecurityContext context) {
    if (context == null) {
      return;
    }
    userOrGroup(at.at("fsGroup"), context.fsGroup());
    userOrGroup(at.at("runAsUser"), context.runAsUser());
    userOrGroup(at.at("runAsGroup"), context.runAsGroup());
    at.at("supplementalGroups").each(context.supplementalGroups(), SecurityContexts::userOrGroup);
    if (Boolean.TRUE.equals(pod.shareProcessNamespace()) && pod.hostPID()) {
      at.at("shareProcessNamespace")
          .invalid(true, "ShareProcessNamespace and HostPID cannot both be enabled");
    }
    sysctls(at.at("sysctls"), pod, context);
    among(at.at("fsGroupChangePolicy"), context.fsGroupChangePolicy(), "Always", "OnRootMismatch");
    seccomp(at.at("seccompProfile"), context.seccompProfile());
    WindowsPods.options(at.at("windowsOptions"), context.windowsOptions());
    appArmor(at.at("appArmorProfile"), context.appArmorProfile());
    among(at.at("supplementalGroupsPolicy"), context.supplementalGroupsPolicy(), "Merge", "Strict");
    among(at.at("seLinuxChangePolicy"), context.seLinuxChangePolicy(), "MountOption", "Recursive");
  }

  private static void sysctls(Check at, PodSpec pod, PodSecurityContext context) {
    var names = new HashSet<String>();
    at.each(
        context.sysctls(),
        (item, sysctl) -> {
          if (sysctl.name().isEmpty()) {
            item.at("name").required("");
          } else if (sysctl.name().length() > LONGEST_SYSCTL
              || !SYSCTL.matcher(sysctl.name()).matches()) {
            item.at("name")
                .invalid(
                    sysctl.name(),
                    "must have at most 253 characters and match regex"
                        + " ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
          } else if (names.contains(sysctl.name())) {
            item.at("name").duplicate(sysctl.name());
          }
          names.add(sysctl.name());
          ofHost(item.at("name"), sysctl.name(), pod);
        });
  }

  /// A pod cannot set what it shares with its node.
  private static void ofHost(Check at, String sysctl, PodSpec pod) {
    // With slashes between the parts, the dots are within them.
    var name = sysctl.matches("[^./]*+/.*") ? sysctl.replace('/', '.') : sysctl;
    if (pod.hostNetwork() && name.startsWith("net.")) {
      at.invalid(sysctl, "may not be specified when 'hostNetwork' is true");
    } else if (pod.hostIPC() && (IPC_SYSCTLS.contains(name) || name.startsWith("fs.mqueue."))) {
      at.invalid(sysctl, "may not be specified when 'hostIPC' is true");
    }
  }

  private static void userOrGroup(Check at, @Nullable Long id) {
    if (id != null) {
      at.messages(id, Formats.userOrGroupId(id));
    }
  }

  private static void seccomp(Check at, @Nullable SeccompProfile profile) {
    if (profile == null) {
      return;
    }
    if (profile.type().isEmpty()) {
      at.at("type").required("type is required when seccompProfile is set");
    } else {
      among(at.at("type"), profile.type(), "Localhost", "RuntimeDefault", "Unconfined");
    }
    var file = profile.localhostProfile();
    if (profile.type().equals("Localhost")) {
      if (file == null) {
        at.at("localhostProfile").required("must be set when seccomp type is Localhost");
      } else {
        Paths.local(at.at("localhostProfile"), file);
      }
    } else if (file != null) {
      at.at("localhostProfile").invalid(profile, "can only be set when seccomp type is Localhost");
    }
  }

  private static void appArmor(Check at, @Nullable AppArmorProfile profile) {
    if (profile == null) {
      return;
    }
    var name = profile.localhostProfile();
    switch (profile.type()) {
      case "Localhost" -> localProfile(at.at("localhostProfile"), name == null ? "" : name);
      case "RuntimeDefault", "Unconfined" -> {
        if (name != null) {
          at.at("localhostProfile")
              .invalid(name, "can only be set when AppArmor type is Localhost");
        }
      }
      case "" -> at.at("type").required("type is required when appArmorProfile is set");
      default ->
          at.at("type").notSupported(profile.type(), "Localhost", "RuntimeDefault", "Unconfined");
    }
  }

  private static void localProfile(Check at, String name) {
    var stripped = name.strip();
    if (!stripped.equals(name)) {
      at.invalid(name, "must not be padded with whitespace");
    } else if (name.isEmpty()) {
      at.required("must be set when AppArmor type is Localhost");
    }
    if (MetadataValidation.bytes(name) > LONGEST_PROFILE_BYTES) {
      at.tooLong(LONGEST_PROFILE_BYTES);
    }
  }
}
