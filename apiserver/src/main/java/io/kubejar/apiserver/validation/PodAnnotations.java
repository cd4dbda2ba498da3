package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.AppArmorProfile;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.SeccompProfile;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Annotations of pods that mean something to the API server.
final class PodAnnotations {
  static final String MIRROR = "kubernetes.io/config.mirror";
  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
  private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
  private static final String SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
  private static final String LOCAL = "localhost/";
  private static final String DEFAULT = "runtime/default";
  private static final String OLD_DEFAULT = "docker/default";
  private static final String UNCONFINED = "unconfined";

  private PodAnnotations() {}

  static void all(Check at, Map<String, String> annotations, PodSpec pod) {
    var mirror = annotations.get(MIRROR);
    if (mirror != null && pod.nodeName().isEmpty()) {
      at.key(MIRROR).invalid(mirror, "must set spec.nodeName if mirror pod annotation is set");
    }
    var cost = annotations.get(DELETION_COST);
    if (cost != null && !isInteger(cost)) {
      at.key(DELETION_COST).invalid(cost, "must be a 32bit integer");
    }
    annotations.forEach(
        (key, value) -> {
          if (key.equals(SECCOMP) || key.startsWith(SECCOMP_CONTAINER)) {
            seccomp(at.at(key), value);
          } else if (key.startsWith(APP_ARMOR)) {
            appArmor(at.key(key), key.substring(APP_ARMOR.length()), value, pod);
          }
        });
  }

  private static boolean isInteger(String text) {
    try {
      char first = text.charAt(0);
      int _ = Integer.parseInt(text);
      return first == '-' || (first >= '1' && first <= '9') || text.equals("0");
    } catch (NumberFormatException | IndexOutOfBoundsException _) {
      return false;
    }
  }

  private static void seccomp(Check at, String profile) {
    if (profile.startsWith(LOCAL)) {
      Paths.local(at, profile.substring(LOCAL.length()));
    } else if (!profile.equals(DEFAULT)
        && !profile.equals(OLD_DEFAULT)
        && !profile.equals(UNCONFINED)) {
      at.invalid(profile, "must be a valid seccomp profile");
    }
  }

  private static void appArmor(Check at, String name, String profile, PodSpec pod) {
    boolean[] found = new boolean[1];
    AllContainers.of(Check.root(), pod, (_, each) -> found[0] |= each.name().equals(name));
    if (!found[0]) {
      at.invalid(name, "container not found");
    }
    if (!profile.isEmpty()
        && !profile.equals(DEFAULT)
        && !profile.equals(UNCONFINED)
        && !profile.startsWith(LOCAL)) {
      at.invalid(profile, "invalid AppArmor profile name: \"" + profile + "\"");
    }
  }

  /// Some of them can be neither added, nor changed, nor removed.
  static void update(Check at, Map<String, String> now, Map<String, String> old) {
    old.forEach(
        (key, value) -> {
          if (!value.equals(now.get(key))) {
            fixed(at, key, "may not remove or update ");
          }
        });
    now.keySet().stream()
        .filter(key -> !old.containsKey(key))
        .forEach(key -> fixed(at, key, "may not add "));
  }

  private static void fixed(Check at, String key, String what) {
    if (key.startsWith(APP_ARMOR)) {
      at.key(key).forbidden(what + "AppArmor annotations");
    }
    if (key.equals(MIRROR)) {
      at.key(key).forbidden(what + "mirror pod annotation");
    }
  }

  /// What the old annotations say must not differ from what the fields say.
  ///
  /// @param at the pod's spec
  static void sameAsFields(Check at, Map<String, String> annotations, PodSpec pod) {
    if (annotations.isEmpty()) {
      return;
    }
    var context = pod.securityContext();
    if (context != null) {
      var place = at.at("securityContext").at("seccompProfile");
      sameSeccomp(place, annotations.get(SECCOMP), context.seccompProfile());
    }
    AllContainers.of(
        at,
        pod,
        (item, container) -> {
          var own = container.securityContext();
          if (own != null) {
            sameSeccomp(
                item.at("securityContext").at("seccompProfile"),
                annotations.get(SECCOMP_CONTAINER + container.name()),
                own.seccompProfile());
          }
        });
    var os = pod.os();
    if (os == null || !os.name().equals("windows")) {
      var ofPod = context == null ? null : context.appArmorProfile();
      AllContainers.of(
          at,
          pod,
          (item, container) ->
              sameAppArmor(
                  item.at("securityContext").at("appArmorProfile"),
                  annotations.get(APP_ARMOR + container.name()),
                  ofContainer(container, ofPod)));
    }
  }

  private static @Nullable AppArmorProfile ofContainer(
      Container container, @Nullable AppArmorProfile ofPod) {
    var context = container.securityContext();
    var own = context == null ? null : context.appArmorProfile();
    return own == null ? ofPod : own;
  }

  private static void sameSeccomp(
      Check at, @Nullable String annotation, @Nullable SeccompProfile profile) {
    if (annotation == null || profile == null) {
      return;
    }
    boolean byDefault = annotation.equals(DEFAULT) || annotation.equals(OLD_DEFAULT);
    same(at, "seccomp", profile.type(), profile.localhostProfile(), annotation, byDefault);
  }

  private static void sameAppArmor(
      Check at, @Nullable String annotation, @Nullable AppArmorProfile profile) {
    if (annotation == null || profile == null) {
      return;
    }
    boolean byDefault = annotation.equals(DEFAULT);
    same(at, "apparmor", profile.type(), profile.localhostProfile(), annotation, byDefault);
  }

  private static void same(
      Check at,
      String what,
      String type,
      @Nullable String local,
      String annotation,
      boolean byDefault) {
    boolean sameType =
        switch (type) {
          case "Unconfined" -> annotation.equals(UNCONFINED);
          case "RuntimeDefault" -> byDefault;
          case "Localhost" -> annotation.startsWith(LOCAL);
          default -> true; // Wrong in itself.
        };
    if (!sameType) {
      at.at("type").forbidden(what + " type in annotation and field must match");
    } else if (type.equals("Localhost") && !annotation.substring(LOCAL.length()).equals(local)) {
      at.at("localhostProfile").forbidden(what + " profile in annotation and field must match");
    }
  }
}
