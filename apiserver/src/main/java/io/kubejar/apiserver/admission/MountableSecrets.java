package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.EnvFromSource;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.LocalObjectReference;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ServiceAccount;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which secrets the pods of a service account may use: those that the account names, if it is said
/// of it that this counts.
final class MountableSecrets {
  private static final String ENFORCED = "kubernetes.io/enforce-mountable-secrets";
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

  private final ServiceAccount account;
  private final Set<String> allowed;

  private MountableSecrets(ServiceAccount account) {
    this.account = account;
    allowed = account.secrets().stream().map(ObjectReference::name).collect(Collectors.toSet());
  }

  /// Empty if the account restricts nobody.
  static Optional<MountableSecrets> of(ServiceAccount account) {
    var enforced = account.metadata().annotations().getOrDefault(ENFORCED, "");
    return TRUE.contains(enforced) ? Optional.of(new MountableSecrets(account)) : Optional.empty();
  }

  /// Why a new pod may not come in.
  Optional<String> refusal(Pod pod) {
    for (var volume : pod.spec().volumes()) {
      var secret = volume.secret();
      if (secret != null && !allowed.contains(secret.secretName())) {
        return Optional.of(unknown("volume with", secret.secretName()));
      }
    }
    for (var each : pod.spec().initContainers()) {
      var refusal = environment("init container " + each.name(), each.env(), each.envFrom());
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    for (var each : pod.spec().containers()) {
      var refusal = environment("container " + each.name(), each.env(), each.envFrom());
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return pulling(pod.spec().imagePullSecrets());
  }

  /// Why a pod may not have its ephemeral containers.
  Optional<String> refusalOfEphemeral(Pod pod) {
    for (var each : pod.spec().ephemeralContainers()) {
      var refusal = environment("ephemeral container " + each.name(), each.env(), each.envFrom());
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private Optional<String> environment(
      String container, List<EnvVar> variables, List<EnvFromSource> sources) {
    for (var variable : variables) {
      var from = variable.valueFrom();
      var secret = from == null ? null : from.secretKeyRef();
      if (secret != null && !allowed.contains(secret.name())) {
        var place = container + " with envVar " + variable.name() + " referencing";
        return Optional.of(unknown(place, secret.name()));
      }
    }
    for (var source : sources) {
      var secret = source.secretRef();
      if (secret != null && !allowed.contains(secret.name())) {
        return Optional.of(unknown(container + " with envFrom referencing", secret.name()));
      }
    }
    return Optional.empty();
  }

  private String unknown(String place, String secret) {
    return "%s secret.secretName=\"%s\" is not allowed because service account %s does not reference that secret"
        .formatted(place, secret, account.metadata().name());
  }

  private Optional<String> pulling(List<LocalObjectReference> references) {
    for (int i = 0; i < references.size(); i++) {
      if (!account.imagePullSecrets().contains(references.get(i))) {
        return Optional.of(
            "imagePullSecrets[%d].name=\"%s\" is not allowed because service account %s does not reference that imagePullSecret"
                .formatted(i, references.get(i).name(), account.metadata().name()));
      }
    }
    return Optional.empty();
  }
}
