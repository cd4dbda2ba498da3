package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.AppArmorProfile;
import io.kubejar.api.core.v1.PodSecurityContext;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.SeccompProfile;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What containers may do, and as whom.
final class SecurityContexts {
  private static final Pattern SYSCTL =
      Pattern.compile("[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*+");
  private static final int LONGEST_SYSCTL = 253;

  private SecurityContexts() {}

  static void container(Check at, @Nullable SecurityContext context) {
    if (context == null) {
      return;
    }
    userOrGroup(at.at("runAsUser"), context.runAsUser());
    userOrGroup(at.at("runAsGroup"), context.runAsGroup());
    at.at("procMount").oneOfOrEmpty(context.procMount(), "Default", "Unmasked");
    seccomp(at.at("seccompProfile"), context.seccompProfile());
    appArmor(at.at("appArmorProfile"), context.appArmorProfile());
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
  }

  static void pod(Check at, PodSpec pod, @Nullable PodSecurityContext context) {
    if (context == null) {
      return;
    }
    userOrGroup(at.at("fsGroup"), context.fsGroup());
    userOrGroup(at.at("runAsUser"), context.runAsUser());
    userOrGroup(at.at("runAsGroup"), context.runAsGroup());
    at.at("supplementalGroups").each(context.supplementalGroups(), SecurityContexts::userOrGroup);
    sysctls(at.at("sysctls"), pod, context);
    at.at("fsGroupChangePolicy")
        .oneOfOrEmpty(context.fsGroupChangePolicy(), "Always", "OnRootMismatch");
    at.at("supplementalGroupsPolicy")
        .oneOfOrEmpty(context.supplementalGroupsPolicy(), "Merge", "Strict");
    at.at("seLinuxChangePolicy")
        .oneOfOrEmpty(context.seLinuxChangePolicy(), "MountOption", "Recursive");
    seccomp(at.at("seccompProfile"), context.seccompProfile());
    appArmor(at.at("appArmorProfile"), context.appArmorProfile());
  }

  private static void sysctls(Check at, PodSpec pod, PodSecurityContext context) {
    var names = new HashSet<String>();
    at.each(
        context.sysctls(),
        (item, sysctl) -> {
          var name = sysctl.name().replace('/', '.');
          if (sysctl.name().isEmpty()) {
            item.at("name").required("");
          } else if (sysctl.name().length() > LONGEST_SYSCTL
              || !SYSCTL.matcher(sysctl.name()).matches()) {
            item.at("name")
                .invalid(
                    sysctl.name(),
                    "must have at most 253 characters and match regex"
                        + " ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
          } else if (!names.add(name)) {
            item.at("name").duplicate(sysctl.name());
          }
          if (pod.hostNetwork() && name.startsWith("net.")) {
            item.at("name")
                .invalid(sysctl.name(), "may not be specified when 'hostNetwork' is true");
          }
          if (pod.hostIPC() && (name.startsWith("kernel.shm") || name.startsWith("fs.mqueue."))) {
            item.at("name").invalid(sysctl.name(), "may not be specified when 'hostIPC' is true");
          }
        });
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
      return;
    }
    at.at("type").oneOf(profile.type(), "Localhost", "RuntimeDefault", "Unconfined");
    var file = profile.localhostProfile();
    if (profile.type().equals("Localhost")) {
      if (file == null) {
        at.at("localhostProfile").required("must be set when seccomp type is Localhost");
      } else {
        Paths.local(at.at("localhostProfile"), file);
      }
    } else if (file != null) {
      at.at("localhostProfile").invalid(file, "can only be set when seccomp type is Localhost");
    }
  }

  private static void appArmor(Check at, @Nullable AppArmorProfile profile) {
    if (profile == null) {
      return;
    }
    if (profile.type().isEmpty()) {
      at.at("type").required("type is required when appArmorProfile is set");
      return;
    }
    at.at("type").oneOf(profile.type(), "Localhost", "RuntimeDefault", "Unconfined");
    var name = profile.localhostProfile();
    if (profile.type().equals("Localhost")) {
      if (name == null || name.isBlank()) {
        at.at("localhostProfile").required("must be set when AppArmor type is Localhost");
      }
    } else if (name != null) {
      at.at("localhostProfile").invalid(name, "can only be set when AppArmor type is Localhost");
    }
  }
}
