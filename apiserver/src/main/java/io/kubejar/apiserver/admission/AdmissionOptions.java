package io.kubejar.apiserver.admission;

import io.kubejar.apiserver.admission.podsecurity.PodSecurityOptions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which plugins take part, as `--enable-admission-plugins` and `--disable-admission-plugins` say.
///
/// @param enabled plugins beside those that are on by default
/// @param disabled plugins that are off
public record AdmissionOptions(
    Set<String> enabled, Set<String> disabled, PodSecurityOptions podSecurity) {
  /// All plugins there are, in the order in which they run.
  public static final List<String> ALL =
      List.of(
          "NamespaceLifecycle",
          "LimitRanger",
          "ServiceAccount",
          "NodeRestriction",
          "TaintNodesByCondition",
          "PodSecurity",
          "Priority",
          "DefaultTolerationSeconds",
          "DefaultStorageClass",
          "StorageObjectInUseProtection",
          "PersistentVolumeClaimResize",
          "RuntimeClass",
          "CertificateApproval",
          "CertificateSigning",
          "CertificateSubjectRestriction",
          "DefaultIngressClass",
          "PodTopologyLabels",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionWebhook",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionWebhook",
          "ResourceQuota");

  /// Everything on: nodes are restricted here without being asked to.
  public static final AdmissionOptions DEFAULT =
      new AdmissionOptions(Set.of(), Set.of(), PodSecurityOptions.DEFAULT);

  /// @throws IllegalArgumentException if a name is unknown, or on and off at once
  public AdmissionOptions {
    enabled = Set.copyOf(enabled);
    disabled = Set.copyOf(disabled);
    requireKnown("enable-admission-plugins", enabled);
    requireKnown("disable-admission-plugins", disabled);
    var both = new TreeSet<>(enabled);
    both.retainAll(disabled);
    if (!both.isEmpty()) {
      throw new IllegalArgumentException(
          String.join(", ", both)
              + " in enable-admission-plugins and disable-admission-plugins overlapped");
    }
  }

  private static void requireKnown(String flag, Set<String> names) {
    for (var name : names) {
      if (!ALL.contains(name)) {
        throw new IllegalArgumentException(flag + " plugin \"" + name + "\" is unknown");
      }
    }
  }

  public boolean includes(String plugin) {
    return !disabled.contains(plugin);
  }
}
