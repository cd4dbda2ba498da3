package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.api.core.v1.Capabilities;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apiserver.admission.podsecurity.Check.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is forbidden on top: all that current practice does without.
final class RestrictedChecks {
  private static final Check.Rule ESCALATION = RestrictedChecks::escalation;
  private static final Check.Rule CAPABILITIES = RestrictedChecks::capabilities;
  private static final Check.Rule NON_ROOT = RestrictedChecks::nonRoot;
  private static final Check.Rule ROOT_USER = RestrictedChecks::rootUser;
  private static final Set<String> DROPPED_BY_CAPABILITIES = Set.of(BaselineChecks.CAPABILITIES);
  private static final Set<String> VOLUME_TYPES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "image",
          "persistentVolumeClaim",
          "projected",
          "secret");

  static final List<Check> ALL =
      List.of(
          check(
              "allowPrivilegeEscalation",
              Versioned.of(8, ESCALATION),
              Versioned.of(25, ESCALATION.unlessWindows())),
          check(
              "capabilities_restricted",
              new Versioned(22, CAPABILITIES, DROPPED_BY_CAPABILITIES),
              new Versioned(25, CAPABILITIES.unlessWindows(), DROPPED_BY_CAPABILITIES)),
          check(
              "procMount_restricted",
              new Versioned(35, BaselineChecks.PROC_MOUNT_RULE, Set.of(BaselineChecks.PROC_MOUNT))),
          check(
              "restrictedVolumes",
              new Versioned(0, RestrictedChecks::volumes, Set.of(BaselineChecks.HOST_PATHS))),
          check(
              "runAsNonRoot",
              Versioned.of(0, NON_ROOT),
              Versioned.of(35, NON_ROOT.unlessUserNamespace())),
          check(
              "runAsUser",
              Versioned.of(23, ROOT_USER),
              Versioned.of(35, ROOT_USER.unlessUserNamespace())));

  private RestrictedChecks() {}

  private static Check check(String id, Versioned... versions) {
    return new Check(id, Level.RESTRICTED, List.of(versions));
  }

  private static Optional<Violation> escalation(CheckedPod pod) {
    var containers =
        Words.names(pod, part -> !Boolean.FALSE.equals(part.security().allowPrivilegeEscalation()));
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "allowPrivilegeEscalation != false",
                Words.containers(containers)
                    + " must set securityContext.allowPrivilegeEscalation=false"));
  }

  private static Optional<Violation> capabilities(CheckedPod pod) {
    var keeping =
        Words.names(
            pod,
            part ->
                !Objects.requireNonNullElse(part.security().capabilities(), Capabilities.EMPTY)
                    .drop()
                    .contains("ALL"));
    var forbidden = new TreeSet<String>();
    var adding =
        Words.names(
            pod,
            part -> {
              var added =
                  BaselineChecks.added(part).stream()
                      .filter(name -> !name.equals("NET_BIND_SERVICE"))
                      .toList();
              forbidden.addAll(added);
              return !added.isEmpty();
            });
    var details = new ArrayList<String>();
    if (!keeping.isEmpty()) {
      details.add(
          Words.containers(keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
    }
    if (!adding.isEmpty()) {
      details.add(
          Words.containers(adding)
              + " must not include "
              + Words.quoted(forbidden)
              + " in securityContext.capabilities.add");
    }
    return details.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("unrestricted capabilities", String.join("; ", details)));
  }

  private static Optional<Violation> volumes(CheckedPod pod) {
    var types = new TreeSet<String>();
    var names = new ArrayList<String>();
    for (var volume : pod.spec().volumes()) {
      var type = type(volume);
      if (!VOLUME_TYPES.contains(type)) {
        names.add(volume.name());
        types.add(type);
      }
    }
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "restricted volume types",
                Words.number("volume ", "volumes ", names.size())
                    + Words.quoted(names)
                    + Words.number(" uses ", " use ", names.size())
                    + Words.number(
                        "restricted volume type ", "restricted volume types ", types.size())
                    + Words.quoted(types)));
  }

  /// The name of the one field beside the name.
  private static String type(Volume volume) {
    return ((JsonObject) Volume.CODEC.toTree(volume))
        .fields().keySet().stream()
            .filter(field -> !field.equals("name"))
            .findFirst()
            .orElse("unknown");
  }

  private static Optional<Violation> nonRoot(CheckedPod pod) {
    var ofPod = pod.security().runAsNonRoot();
    var setters =
        Words.setters(
            Boolean.FALSE.equals(ofPod),
            Words.names(pod, part -> Boolean.FALSE.equals(part.security().runAsNonRoot())));
    if (!setters.isEmpty()) {
      return Optional.of(
          new Violation(
              "runAsNonRoot != true",
              setters + " must not set securityContext.runAsNonRoot=false"));
    }
    var lacking = Words.names(pod, part -> part.security().runAsNonRoot() == null);
    return Boolean.TRUE.equals(ofPod) || lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "runAsNonRoot != true",
                "pod or "
                    + Words.containers(lacking)
                    + " must set securityContext.runAsNonRoot=true"));
  }

  private static Optional<Violation> rootUser(CheckedPod pod) {
    var setters =
        Words.setters(
            isRoot(pod.security().runAsUser()),
            Words.names(pod, part -> isRoot(part.security().runAsUser())));
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("runAsUser=0", setters + " must not set runAsUser=0"));
  }

  private static boolean isRoot(@Nullable Long user) {
    return user != null && user == 0;
  }
}
