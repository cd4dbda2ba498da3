package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Affinity;
import io.kubejar.api.core.v1.AppArmorProfile;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.PodAffinityTerm;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.api.core.v1.WeightedPodAffinityTerm;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.validation.AddressForms;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the writer of a pod, or of a template of pods, should hear.
final class PodCautions {
  private static final String SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String CONTAINER_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/";
  private static final String SECCOMP_FIELD =
      "non-functional in v1.27+; use the \"seccompProfile\" field instead";
  private static final String EPHEMERAL = "ephemeral-storage";
  private static final String ANY_POD = ": a null labelSelector results in matching no pod";
  private static final Map<String, String> ANNOTATIONS = annotations();

  private PodCautions() {}

  private static Map<String, String> annotations() {
    var annotations = new LinkedHashMap<String, String>();
    annotations.put(
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead");
    var sysctls = "non-functional in v1.11+; use the \"sysctls\" field instead";
    annotations.put("security.alpha.kubernetes.io/sysctls", sysctls);
    annotations.put("security.alpha.kubernetes.io/unsafe-sysctls", sysctls);
    return annotations;
  }

  /// @param path of what holds the spec and the metadata, with a dot at the end; empty for a pod
  static void add(List<String> warnings, String path, PodSpec spec, ObjectMeta metadata) {
    nodes(warnings, path + "spec.", spec);
    ANNOTATIONS.forEach((key, text) -> annotation(warnings, path, metadata, key, text));
    VolumeCautions.add(warnings, path + "spec.volumes", spec.volumes());
    repeated(warnings, path, spec);
    memory(warnings, path + "spec.overhead", spec.overhead());
    var security = spec.securityContext();
    if (security == null || security.seccompProfile() == null) {
      annotation(warnings, path, metadata, SECCOMP, SECCOMP_FIELD);
    }
    containers(warnings, path, spec, metadata);
    var grace = spec.terminationGracePeriodSeconds();
    if (grace != null && grace < 0) {
      warnings.add(
          path
              + "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and"
              + " will be treated as 1");
    }
    var affinity = spec.affinity();
    if (affinity != null) {
      others(warnings, path + "spec.affinity.", affinity);
    }
    addresses(warnings, path + "spec.", spec);
  }

  private static void nodes(List<String> warnings, String path, PodSpec spec) {
    spec.nodeSelector()
        .keySet()
        .forEach(key -> NodeLabelCautions.label(warnings, path + "nodeSelector[" + key + "]", key));
    var affinity = spec.affinity() == null ? null : spec.affinity().nodeAffinity();
    if (affinity != null) {
      var required = affinity.requiredDuringSchedulingIgnoredDuringExecution();
      var at = path + "affinity.nodeAffinity.";
      if (required != null) {
        NodeLabelCautions.terms(
            warnings,
            at + "requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
            required.nodeSelectorTerms());
      }
      var preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution();
      for (int i = 0; i < preferred.size(); i++) {
        var term = at + "preferredDuringSchedulingIgnoredDuringExecution[" + i + "].preference";
        NodeLabelCautions.term(warnings, term, preferred.get(i).preference(), true);
      }
    }
    for (int i = 0; i < spec.topologySpreadConstraints().size(); i++) {
      var constraint = spec.topologySpreadConstraints().get(i);
      var at = path + "topologySpreadConstraints[" + i + "].";
      NodeLabelCautions.key(warnings, at + "topologyKey", constraint.topologyKey());
      if (constraint.labelSelector() == null) {
        warnings.add(at + "labelSelector" + ANY_POD);
      }
    }
  }

  private static void annotation(
      List<String> warnings, String path, ObjectMeta metadata, String key, String text) {
    if (metadata.annotations().containsKey(key)) {
      warnings.add(path + "metadata.annotations[" + key + "]: " + text);
    }
  }

  private static void repeated(List<String> warnings, String path, PodSpec spec) {
    var ips = new HashSet<String>();
    for (int i = 0; i < spec.hostAliases().size(); i++) {
      var ip = spec.hostAliases().get(i).ip();
      if (!ips.add(ip)) {
        warnings.add(path + "spec.hostAliases[" + i + "].ip: duplicate ip \"" + ip + "\"");
      }
    }
    var names = new HashSet<String>();
    var secrets = spec.imagePullSecrets();
    for (int i = 0; i < secrets.size(); i++) {
      var name = secrets.get(i).name();
      if (!names.add(name)) {
        warnings.add(
            path + "spec.imagePullSecrets[" + i + "].name: duplicate name \"" + name + "\"");
      }
    }
    for (int i = 0; i < secrets.size(); i++) {
      if (secrets.get(i).name().isEmpty()) {
        warnings.add(path + "spec.imagePullSecrets[" + i + "].name: invalid empty name \"\"");
      }
    }
  }

  private static void containers(
      List<String> warnings, String path, PodSpec spec, ObjectMeta metadata) {
    var profile = spec.securityContext() == null ? null : spec.securityContext().appArmorProfile();
    var ports = new PortCautions();
    var places = new LinkedHashMap<String, Container>();
    placed(places, path + "spec.initContainers", spec.initContainers());
    placed(places, path + "spec.containers", spec.containers());
    places.forEach(
        (at, container) -> {
          profiles(warnings, path, container, metadata, profile);
          memory(warnings, at + ".resources.limits", container.resources().limits(), "memory");
          memory(warnings, at + ".resources.requests", container.resources().requests(), "memory");
          memory(warnings, at + ".resources.limits", container.resources().limits(), EPHEMERAL);
          memory(warnings, at + ".resources.requests", container.resources().requests(), EPHEMERAL);
          environment(warnings, at + ".env", container.env());
          ports.add(at, container);
        });
    ports.addTo(warnings);
  }

  private static void placed(
      Map<String, Container> places, String path, List<Container> containers) {
    for (int i = 0; i < containers.size(); i++) {
      places.put(path + "[" + i + "]", containers.get(i));
    }
  }

  /// Profiles that only an annotation names. Of pods, those for AppArmor are moved to their field.
  private static void profiles(
      List<String> warnings,
      String path,
      Container container,
      ObjectMeta metadata,
      @Nullable AppArmorProfile profile) {
    SecurityContext security = container.securityContext();
    if (security == null || security.seccompProfile() == null) {
      annotation(warnings, path, metadata, CONTAINER_SECCOMP + container.name(), SECCOMP_FIELD);
    }
    boolean isTemplate = !path.isEmpty();
    var annotation = metadata.annotations().get(AppArmor.ANNOTATION + container.name());
    if (isTemplate
        && annotation != null
        && (security == null || security.appArmorProfile() == null)
        && (profile == null || !AppArmor.profile(annotation).equals(Optional.of(profile)))) {
      annotation(
          warnings, path, metadata, AppArmor.ANNOTATION + container.name(), AppArmor.DEPRECATED);
    }
  }

  private static void memory(List<String> warnings, String path, Map<String, Quantity> amounts) {
    memory(warnings, path, amounts, "memory");
    memory(warnings, path, amounts, EPHEMERAL);
  }

  private static void memory(
      List<String> warnings, String path, Map<String, Quantity> amounts, String name) {
    VolumeCautions.fraction(warnings, path + "[" + name + "]", amounts.get(name));
  }

  /// A variable that is set anew may still make something of its old value.
  private static void environment(List<String> warnings, String path, List<EnvVar> variables) {
    var names = new HashSet<String>();
    for (int i = 0; i < variables.size(); i++) {
      var variable = variables.get(i);
      var reference = "$(" + variable.name() + ")";
      boolean usesOld =
          variable.valueFrom() == null
              && variable.value().contains(reference)
              && !variable.value().equals(reference);
      if (!names.add(variable.name()) && !usesOld) {
        warnings.add(
            path
                + "["
                + i
                + "]: hides previous definition of \""
                + variable.name()
                + "\", which may be dropped when using apply");
      }
    }
  }

  private static void others(List<String> warnings, String path, Affinity affinity) {
    var pods = affinity.podAffinity();
    if (pods != null) {
      terms(
          warnings,
          path + "podAffinity.",
          pods.requiredDuringSchedulingIgnoredDuringExecution(),
          pods.preferredDuringSchedulingIgnoredDuringExecution());
    }
    var others = affinity.podAntiAffinity();
    if (others != null) {
      terms(
          warnings,
          path + "podAntiAffinity.",
          others.requiredDuringSchedulingIgnoredDuringExecution(),
          others.preferredDuringSchedulingIgnoredDuringExecution());
    }
  }

  private static void terms(
      List<String> warnings,
      String path,
      List<PodAffinityTerm> required,
      List<WeightedPodAffinityTerm> preferred) {
    for (int i = 0; i < required.size(); i++) {
      if (required.get(i).labelSelector() == null) {
        warnings.add(
            path
                + "requiredDuringSchedulingIgnoredDuringExecution["
                + i
                + "].labelSelector"
                + ANY_POD);
      }
    }
    for (int i = 0; i < preferred.size(); i++) {
      if (preferred.get(i).podAffinityTerm().labelSelector() == null) {
        warnings.add(
            path
                + "preferredDuringSchedulingIgnoredDuringExecution["
                + i
                + "].podAffinityTerm.labelSelector"
                + ANY_POD);
      }
    }
  }

  private static void addresses(List<String> warnings, String path, PodSpec spec) {
    var dns = spec.dnsConfig();
    for (int i = 0; dns != null && i < dns.nameservers().size(); i++) {
      warnings.addAll(
          AddressForms.address(
              path + "dnsConfig.nameservers[" + i + "]", dns.nameservers().get(i)));
    }
    for (int i = 0; i < spec.hostAliases().size(); i++) {
      var ip = spec.hostAliases().get(i).ip();
      warnings.addAll(AddressForms.address(path + "hostAliases[" + i + "].ip", ip));
    }
  }
}
