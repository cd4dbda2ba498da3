package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodSecurityContext;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.api.core.v1.WindowsSecurityContextOptions;
import io.kubejar.apimachinery.format.Formats;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Pods for Windows, and what pods for one system cannot have of the other.
final class WindowsPods {
  private static final String NOT_ON_WINDOWS = "cannot be set for a windows pod";
  private static final String NOT_ON_LINUX = "windows options cannot be set for a linux pod";
  private static final int LONGEST_CREDENTIAL_BYTES = 64 << 10;
  private static final int LONGEST_DOMAIN = 255;
  private static final int LONGEST_USER = 104;
  private static final Pattern NET_BIOS =
      Pattern.compile("[^\\\\/:*?\"<>|.][^\\\\/:*?\"<>|]{0,14}");
  private static final Pattern DNS_LABEL =
      Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?");
  private static final String NOT_IN_USERS = "\"/\\:;|=,+*?<>@[]";

  private WindowsPods() {}

  /// The fields that belong to the pod's operating system only.
  static void system(Check at, PodSpec pod) {
    var os = pod.os();
    if (os == null) {
      return;
    }
    switch (os.name()) {
      case "" -> at.at("os").at("name").required("");
      case "linux" -> linux(at, pod);
      case "windows" -> windows(at, pod);
      default -> at.at("os").notSupported(os.name(), "linux", "windows");
    }
  }

  private static void linux(Check at, PodSpec pod) {
    var context = pod.securityContext();
    if (context != null) {
      unset(at.at("securityContext").at("windowsOptions"), context.windowsOptions(), NOT_ON_LINUX);
    }
    AllContainers.of(
        at,
        pod,
        (item, container) -> {
          var own = container.securityContext();
          if (own != null) {
            unset(
                item.at("securityContext").at("windowsOptions"),
                own.windowsOptions(),
                NOT_ON_LINUX);
          }
        });
  }

  private static void windows(Check at, PodSpec pod) {
    var context = pod.securityContext();
    var place = at.at("securityContext");
    if (context != null) {
      unset(place.at("appArmorProfile"), context.appArmorProfile(), NOT_ON_WINDOWS);
      unset(place.at("seLinuxOptions"), context.seLinuxOptions(), NOT_ON_WINDOWS);
    }
    unset(at.at("hostUsers"), pod.hostUsers(), NOT_ON_WINDOWS);
    unset(at.at("hostPID"), pod.hostPID() ? true : null, NOT_ON_WINDOWS);
    unset(at.at("hostIPC"), pod.hostIPC() ? true : null, NOT_ON_WINDOWS);
    unset(at.at("shareProcessNamespace"), pod.shareProcessNamespace(), NOT_ON_WINDOWS);
    if (context != null) {
      windows(place, context);
    }
    AllContainers.of(
        at,
        pod,
        (item, container) -> {
          var own = container.securityContext();
          if (own != null) {
            windows(item.at("securityContext"), own);
          }
        });
  }

  private static void windows(Check at, PodSecurityContext context) {
    unset(at.at("seccompProfile"), context.seccompProfile(), NOT_ON_WINDOWS);
    unset(at.at("fsGroup"), context.fsGroup(), NOT_ON_WINDOWS);
    unset(at.at("fsGroupChangePolicy"), context.fsGroupChangePolicy(), NOT_ON_WINDOWS);
    unset(at.at("sysctls"), context.sysctls().isEmpty() ? null : true, NOT_ON_WINDOWS);
    unset(at.at("runAsUser"), context.runAsUser(), NOT_ON_WINDOWS);
    unset(at.at("runAsGroup"), context.runAsGroup(), NOT_ON_WINDOWS);
    unset(
        at.at("supplementalGroups"),
        context.supplementalGroups().isEmpty() ? null : true,
        NOT_ON_WINDOWS);
    unset(at.at("supplementalGroupsPolicy"), context.supplementalGroupsPolicy(), NOT_ON_WINDOWS);
    unset(at.at("seLinuxChangePolicy"), context.seLinuxChangePolicy(), NOT_ON_WINDOWS);
  }

  private static void windows(Check at, SecurityContext context) {
    unset(at.at("appArmorProfile"), context.appArmorProfile(), NOT_ON_WINDOWS);
    unset(at.at("seLinuxOptions"), context.seLinuxOptions(), NOT_ON_WINDOWS);
    unset(at.at("seccompProfile"), context.seccompProfile(), NOT_ON_WINDOWS);
    unset(at.at("capabilities"), context.capabilities(), NOT_ON_WINDOWS);
    unset(at.at("readOnlyRootFilesystem"), context.readOnlyRootFilesystem(), NOT_ON_WINDOWS);
    unset(at.at("privileged"), context.privileged(), NOT_ON_WINDOWS);
    unset(at.at("allowPrivilegeEscalation"), context.allowPrivilegeEscalation(), NOT_ON_WINDOWS);
    unset(at.at("procMount"), context.procMount(), NOT_ON_WINDOWS);
    unset(at.at("runAsUser"), context.runAsUser(), NOT_ON_WINDOWS);
    unset(at.at("runAsGroup"), context.runAsGroup(), NOT_ON_WINDOWS);
  }

  private static void unset(Check at, @Nullable Object value, String detail) {
    if (value != null) {
      at.forbidden(detail);
    }
  }

  /// Containers that are processes of the host: all of them or none, and on the host's network.
  static void hostProcesses(Check at, PodSpec pod) {
    var context = pod.securityContext();
    var ofPod = hostProcess(context == null ? null : context.windowsOptions());
    int[] counts = new int[2]; // All containers, and those that are processes of the host.
    AllContainers.of(
        at,
        pod,
        (item, container) -> {
          var own = ofContainer(container);
          if (ofPod != null && own != null && !ofPod.equals(own)) {
            item.at("securityContext")
                .at("windowsOptions")
                .at("hostProcess")
                .invalid(
                    own,
                    "pod hostProcess value must be identical if both are specified, was " + ofPod);
          }
          counts[0]++;
          counts[1] += Boolean.TRUE.equals(own == null ? ofPod : own) ? 1 : 0;
        });
    if (counts[1] == 0) {
      return;
    }
    if (counts[0] != counts[1]) {
      at.invalid(
          "",
          "If pod contains any hostProcess containers then all containers must be HostProcess"
              + " containers");
    }
    if (!pod.hostNetwork()) {
      at.at("hostNetwork")
          .invalid(false, "hostNetwork must be true if pod contains any hostProcess containers");
    }
  }

  private static @Nullable Boolean ofContainer(Container container) {
    var context = container.securityContext();
    return hostProcess(context == null ? null : context.windowsOptions());
  }

  private static @Nullable Boolean hostProcess(@Nullable WindowsSecurityContextOptions options) {
    return options == null ? null : options.hostProcess();
  }

  static void options(Check at, @Nullable WindowsSecurityContextOptions options) {
    if (options == null) {
      return;
    }
    var name = options.gmsaCredentialSpecName();
    if (name != null) {
      at.at("gmsaCredentialSpecName").format(name, Formats::dns1123Subdomain);
    }
    var credential = options.gmsaCredentialSpec();
    if (credential != null && credential.isEmpty()) {
      at.at("gmsaCredentialSpec")
          .invalid(credential, "gmsaCredentialSpec cannot be an empty string");
    } else if (credential != null
        && MetadataValidation.bytes(credential) > LONGEST_CREDENTIAL_BYTES) {
      at.at("gmsaCredentialSpec")
          .invalid(credential, "gmsaCredentialSpec size must be under 64 KiB");
    }
    var user = options.runAsUserName();
    if (user != null) {
      userName(at.at("runAsUserName"), user);
    }
  }

  private static void userName(Check at, String name) {
    int backslash = name.indexOf('\\');
    if (name.isEmpty()) {
      at.invalid(name, "runAsUserName cannot be an empty string");
    } else if (name.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      at.invalid(name, "runAsUserName cannot contain control characters");
    } else if (backslash != name.lastIndexOf('\\')) {
      at.invalid(name, "runAsUserName cannot contain more than one backslash");
    } else {
      if (backslash >= 0) {
        domain(at, name, name.substring(0, backslash));
      }
      user(at, name, name.substring(backslash + 1));
    }
  }

  private static void domain(Check at, String name, String domain) {
    if (MetadataValidation.bytes(domain) > LONGEST_DOMAIN) {
      at.invalid(name, "runAsUserName's Domain length must be under 256 characters");
    }
    if (!NET_BIOS.matcher(domain).matches() && !isDnsName(domain)) {
      at.invalid(name, "runAsUserName's Domain doesn't match the NetBios nor the DNS format");
    }
  }

  private static boolean isDnsName(String domain) {
    for (var label : domain.split("\\.", -1)) {
      if (!DNS_LABEL.matcher(label).matches()) {
        return false;
      }
    }
    return true;
  }

  private static void user(Check at, String name, String user) {
    if (user.isEmpty()) {
      at.invalid(name, "runAsUserName's User cannot be empty");
    } else if (MetadataValidation.bytes(user) > LONGEST_USER) {
      at.invalid(name, "runAsUserName's User length must not be longer than 104 characters");
    }
    if (!user.isEmpty() && user.chars().allMatch(c -> c == '.' || c == ' ')) {
      at.invalid(name, "runAsUserName's User cannot contain only periods or spaces");
    }
    if (user.chars().anyMatch(c -> NOT_IN_USERS.indexOf(c) >= 0)) {
      at.invalid(
          name, "runAsUserName's User cannot contain the following characters: " + NOT_IN_USERS);
    }
  }
}
