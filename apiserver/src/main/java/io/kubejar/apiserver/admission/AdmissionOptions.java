package io.kubejar.apiserver.admission;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which plugins take part, as `--enable-admission-plugins` and `--disable-admission-plugins` say.
///
/// @param enabled plugins beside those that are on by default
/// @param disabled plugins that are off
/// @param settings what single plugins are told
public record AdmissionOptions(Set<String> enabled, Set<String> disabled, PluginSettings settings) {
  /// All plugins there are, in the order in which they run. Four of them are only names:
  /// AlwaysAdmit, and those that guard kinds which 1.36 does not serve unless it is told to.
  public static final List<String> ALL =
      List.of(
          "AlwaysAdmit",
          "NamespaceAutoProvision",
          "NamespaceLifecycle",
          "NamespaceExists",
          "LimitPodHardAntiAffinityTopology",
          "LimitRanger",
          "ServiceAccount",
          "NodeRestriction",
          "TaintNodesByCondition",
          "AlwaysPullImages",
          "ImagePolicyWebhook",
          "PodSecurity",
          "PodNodeSelector",
          "Priority",
          "DefaultTolerationSeconds",
          "PodTolerationRestriction",
          "EventRateLimit",
          "ExtendedResourceToleration",
          "DefaultStorageClass",
          "StorageObjectInUseProtection",
          "PodGroupProtection",
          "OwnerReferencesPermissionEnforcement",
          "PersistentVolumeClaimResize",
          "RuntimeClass",
          "CertificateApproval",
          "CertificateSigning",
          "ClusterTrustBundleAttest",
          "CertificateSubjectRestriction",
          "DefaultIngressClass",
          "DenyServiceExternalIPs",
          "PodTopologyLabels",
          "PodGroupWorkloadExists",
          "NodeDeclaredFeatureValidator",
          "JobValidation",
          "PodResizeValidator",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionWebhook",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionWebhook",
          "ResourceQuota",
          "AlwaysDeny");

  /// Those that are off unless they are asked for.
  private static final Set<String> USUALLY_OFF =
      Set.of(
          "AlwaysAdmit",
          "NamespaceAutoProvision",
          "NamespaceExists",
          "LimitPodHardAntiAffinityTopology",
          "AlwaysPullImages",
          "ImagePolicyWebhook",
          "PodNodeSelector",
          "PodTolerationRestriction",
          "EventRateLimit",
          "ExtendedResourceToleration",
          "OwnerReferencesPermissionEnforcement",
          "DenyServiceExternalIPs",
          "AlwaysDeny");

  /// As upstream, and nodes are restricted without being asked to.
  public static final AdmissionOptions DEFAULT =
      new AdmissionOptions(Set.of(), Set.of(), PluginSettings.DEFAULT);

  /// @throws IllegalArgumentException if a name is unknown, or on and off at once
  public AdmissionOptions {
    enabled = Set.copyOf(enabled);
    disabled = Set.copyOf(disabled);
    requireKnown("enable-admission-plugins", enabled);
    requireKnown("disable-admission-plugins", disabled);
    if (enabled.contains("EventRateLimit") && settings.events().isEmpty()) {
      throw new IllegalArgumentException("plugin EventRateLimit needs a configuration");
    }
    if (enabled.contains("ImagePolicyWebhook") && settings.images() == null) {
      throw new IllegalArgumentException("plugin ImagePolicyWebhook needs a configuration");
    }
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
    return !disabled.contains(plugin)
        && (!USUALLY_OFF.contains(plugin) || enabled.contains(plugin));
  }
}
