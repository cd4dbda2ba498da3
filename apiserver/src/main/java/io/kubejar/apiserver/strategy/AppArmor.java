package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.AppArmorProfile;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.request.Call;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Profiles of AppArmor, which annotations named before there was a field for them.
final class AppArmor {
  static final String ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";
  static final String DEPRECATED =
      "deprecated since v1.30; use the \"appArmorProfile\" field instead";
  private static final String LOCALHOST = "localhost/";
  private static final int LONGEST_PROFILE = 4095;

  private AppArmor() {}

  /// What the value of an annotation stands for; empty if for nothing.
  static Optional<AppArmorProfile> profile(String annotation) {
    if (annotation.equals("unconfined")) {
      return Optional.of(AppArmorProfile.EMPTY.withType("Unconfined"));
    }
    if (annotation.equals("runtime/default")) {
      return Optional.of(AppArmorProfile.EMPTY.withType("RuntimeDefault"));
    }
    var name = annotation.startsWith(LOCALHOST) ? annotation.substring(LOCALHOST.length()) : "";
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(AppArmorProfile.EMPTY.withType("Localhost").withLocalhostProfile(name));
  }

  /// The pod with the profiles of its annotations in their fields, unless all its containers have
  /// that one anyway.
  static Pod inFields(Call call, Pod pod) {
    var system = pod.spec().os();
    boolean isAnnotated =
        pod.metadata().annotations().keySet().stream().anyMatch(it -> it.startsWith(ANNOTATION));
    if (!isAnnotated || (system != null && system.name().equals("windows"))) {
      return pod;
    }
    var security = pod.spec().securityContext();
    var common = security == null ? null : security.appArmorProfile();
    return pod.withSpec(
        pod.spec()
            .withInitContainers(all(call, pod.spec().initContainers(), pod.metadata(), common))
            .withContainers(all(call, pod.spec().containers(), pod.metadata(), common)));
  }

  private static List<Container> all(
      Call call,
      List<Container> containers,
      ObjectMeta metadata,
      @Nullable AppArmorProfile common) {
    return containers.stream().map(it -> inField(call, it, metadata, common)).toList();
  }

  private static Container inField(
      Call call, Container container, ObjectMeta metadata, @Nullable AppArmorProfile common) {
    var key = ANNOTATION + container.name();
    var annotation = metadata.annotations().get(key);
    var security = container.securityContext();
    if (annotation == null || (security != null && security.appArmorProfile() != null)) {
      return container;
    }
    var profile = profile(annotation).filter(AppArmor::isGood);
    if (profile.isPresent() && profile.get().equals(common)) {
      return container;
    }
    call.warnings().add("metadata.annotations[" + key + "]: " + DEPRECATED);
    if (profile.isEmpty()) {
      return container;
    }
    var context = security == null ? SecurityContext.EMPTY : security;
    return container.withSecurityContext(context.withAppArmorProfile(profile.get()));
  }

  private static boolean isGood(AppArmorProfile profile) {
    var name = profile.localhostProfile();
    return name == null
        || (name.strip().length() == name.length() && name.length() <= LONGEST_PROFILE);
  }
}
