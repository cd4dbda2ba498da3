package io.kubejar.apiserver.admission.podsecurity;

import java.util.Set;

/// What the administrator settles for all namespaces, as upstream's `PodSecurityConfiguration`.
///
/// @param defaults the policy of namespaces that say nothing
/// @param usernames whose requests are not looked at
/// @param namespaces in which nothing is looked at
/// @param runtimeClasses whose pods are not looked at
public record PodSecurityOptions(
    Policy defaults, Set<String> usernames, Set<String> namespaces, Set<String> runtimeClasses) {
  public static final PodSecurityOptions DEFAULT =
      new PodSecurityOptions(Policy.PRIVILEGED, Set.of(), Set.of(), Set.of());

  public PodSecurityOptions {
    usernames = Set.copyOf(usernames);
    namespaces = Set.copyOf(namespaces);
    runtimeClasses = Set.copyOf(runtimeClasses);
  }
}
