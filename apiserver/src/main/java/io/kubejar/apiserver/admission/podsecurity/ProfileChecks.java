package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.api.core.v1.AppArmorProfile;
import io.kubejar.api.core.v1.SELinuxOptions;
import io.kubejar.api.core.v1.SeccompProfile;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apiserver.admission.podsecurity.Check.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is forbidden of AppArmor, SELinux and seccomp: to confine less than the runtime does.
final class ProfileChecks {
  static final String SECCOMP = "seccompProfile_baseline";

  private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
  private static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
  private static final Set<String> CONFINING = Set.of("RuntimeDefault", "Localhost");
  private static final Set<String> SELINUX_0 =
      Set.of("", "container_t", "container_init_t", "container_kvm_t");
  private static final Set<String> SELINUX_31 =
      Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t");
  private static final Check.Rule RESTRICTED_SECCOMP = ProfileChecks::seccompDemanded;

  static final List<Check> ALL =
      List.of(
          new Check(
              "appArmorProfile", Level.BASELINE, List.of(Versioned.of(0, ProfileChecks::appArmor))),
          new Check(
              "seLinuxOptions",
              Level.BASELINE,
              List.of(
                  Versioned.of(0, pod -> seLinux(pod, SELINUX_0)),
                  Versioned.of(31, pod -> seLinux(pod, SELINUX_31)))),
          new Check(
              SECCOMP,
              Level.BASELINE,
              List.of(
                  Versioned.of(0, ProfileChecks::seccompAnnotations),
                  Versioned.of(19, ProfileChecks::seccomp))),
          new Check(
              "seccompProfile_restricted",
              Level.RESTRICTED,
              List.of(
                  new Versioned(19, RESTRICTED_SECCOMP, Set.of(SECCOMP)),
                  new Versioned(25, RESTRICTED_SECCOMP.unlessWindows(), Set.of(SECCOMP)))));

  private ProfileChecks() {}

  private static Optional<Violation> appArmor(CheckedPod pod) {
    var values = new TreeSet<String>();
    var setters = new ArrayList<String>();
    if (isLax(pod.security().appArmorProfile(), values)) {
      setters.add("pod");
    }
    var containers = Words.names(pod, part -> isLax(part.security().appArmorProfile(), values));
    if (!containers.isEmpty()) {
      setters.add(Words.containers(containers));
    }
    var annotations = new TreeSet<String>();
    pod.metadata()
        .annotations()
        .forEach(
            (key, value) -> {
              boolean confines =
                  value.isEmpty()
                      || value.equals("runtime/default")
                      || value.startsWith("localhost/");
              if (key.startsWith(APP_ARMOR) && !confines) {
                annotations.add(key + "=" + GoText.quoted(value));
              }
            });
    var all = new ArrayList<>(values);
    if (!annotations.isEmpty()) {
      all.addAll(annotations);
      setters.add(Words.number("annotation", "annotations", annotations.size()));
    }
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                Words.number(
                    "forbidden AppArmor profile", "forbidden AppArmor profiles", all.size()),
                String.join(" and ", setters)
                    + " must not set AppArmor profile type to "
                    + Words.quoted(all)));
  }

  private static boolean isLax(@Nullable AppArmorProfile profile, Set<String> values) {
    if (profile == null || CONFINING.contains(profile.type())) {
      return false;
    }
    values.add(profile.type());
    return true;
  }

  private static Optional<Violation> seLinux(CheckedPod pod, Set<String> allowed) {
    var bad = new ArrayList<SELinuxOptions>();
    var setters =
        Words.setters(
            isForbidden(pod.security().seLinuxOptions(), allowed, bad),
            Words.names(pod, part -> isForbidden(part.security().seLinuxOptions(), allowed, bad)));
    if (setters.isEmpty()) {
      return Optional.empty();
    }
    var types = new TreeSet<String>();
    bad.stream().map(SELinuxOptions::type).filter(it -> !allowed.contains(it)).forEach(types::add);
    var what = new ArrayList<String>();
    if (!types.isEmpty()) {
      what.add(Words.number("type ", "types ", types.size()) + Words.quoted(types));
    }
    if (bad.stream().anyMatch(it -> !it.user().isEmpty())) {
      what.add("user may not be set");
    }
    if (bad.stream().anyMatch(it -> !it.role().isEmpty())) {
      what.add("role may not be set");
    }
    return Optional.of(
        new Violation(
            "seLinuxOptions",
            setters + " set forbidden securityContext.seLinuxOptions: " + String.join("; ", what)));
  }

  private static boolean isForbidden(
      @Nullable SELinuxOptions options, Set<String> allowed, List<SELinuxOptions> bad) {
    boolean allowedOnly =
        options == null
            || (allowed.contains(options.type())
                && options.user().isEmpty()
                && options.role().isEmpty());
    if (options == null || allowedOnly) {
      return false;
    }
    bad.add(options);
    return true;
  }

  /// Before version 1.19, profiles were annotations.
  private static Optional<Violation> seccompAnnotations(CheckedPod pod) {
    var forbidden = new TreeSet<String>();
    annotation(pod, SECCOMP_POD, forbidden);
    pod.containers().forEach(part -> annotation(pod, SECCOMP_CONTAINER + part.name(), forbidden));
    return forbidden.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "seccompProfile",
                Words.number("forbidden annotation ", "forbidden annotations ", forbidden.size())
                    + String.join(", ", forbidden)));
  }

  private static void annotation(CheckedPod pod, String key, Set<String> forbidden) {
    var value = pod.metadata().annotations().get(key);
    if (value != null
        && !value.equals("runtime/default")
        && !value.equals("docker/default")
        && !value.startsWith("localhost/")) {
      forbidden.add(key + "=" + GoText.quoted(value));
    }
  }

  private static Optional<Violation> seccomp(CheckedPod pod) {
    var values = new TreeSet<String>();
    var setters =
        Words.setters(
            isLax(pod.security().seccompProfile(), values),
            Words.names(pod, part -> isLax(part.security().seccompProfile(), values)));
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "seccompProfile",
                setters
                    + " must not set securityContext.seccompProfile.type to "
                    + Words.quoted(values)));
  }

  private static boolean isLax(@Nullable SeccompProfile profile, Set<String> values) {
    if (profile == null || CONFINING.contains(profile.type())) {
      return false;
    }
    values.add(profile.type());
    return true;
  }

  private static Optional<Violation> seccompDemanded(CheckedPod pod) {
    var explicit = seccomp(pod);
    var lacking = Words.names(pod, part -> part.security().seccompProfile() == null);
    if (explicit.isPresent() || pod.security().seccompProfile() != null || lacking.isEmpty()) {
      return explicit;
    }
    return Optional.of(
        new Violation(
            "seccompProfile",
            "pod or "
                + Words.containers(lacking)
                + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                + " \"Localhost\""));
  }
}
