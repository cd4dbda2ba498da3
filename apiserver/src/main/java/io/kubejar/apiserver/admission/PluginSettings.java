package io.kubejar.apiserver.admission;

import io.kubejar.apiserver.admission.limits.EventRates;
import io.kubejar.apiserver.admission.pods.RestrictedTolerations;
import io.kubejar.apiserver.admission.podsecurity.PodSecurityOptions;
import java.util.List;
import java.util.Map;

/// What single plugins are told, as `--admission-control-config-file` says.
///
/// @param nodeSelectors for `PodNodeSelector`, by namespace
/// @param tolerations for `PodTolerationRestriction`
/// @param events for `EventRateLimit`
public record PluginSettings(
    PodSecurityOptions podSecurity,
    Map<String, String> nodeSelectors,
    RestrictedTolerations.Settings tolerations,
    List<EventRates.Limit> events) {
  public static final PluginSettings DEFAULT =
      new PluginSettings(
          PodSecurityOptions.DEFAULT, Map.of(), RestrictedTolerations.Settings.NONE, List.of());

  public PluginSettings {
    nodeSelectors = Map.copyOf(nodeSelectors);
    events = List.copyOf(events);
  }

  public PluginSettings withPodSecurity(PodSecurityOptions other) {
    return new PluginSettings(other, nodeSelectors, tolerations, events);
  }

  PluginSettings withNodeSelectors(Map<String, String> others) {
    return new PluginSettings(podSecurity, others, tolerations, events);
  }

  PluginSettings withTolerations(RestrictedTolerations.Settings others) {
    return new PluginSettings(podSecurity, nodeSelectors, others, events);
  }

  PluginSettings withEvents(List<EventRates.Limit> others) {
    return new PluginSettings(podSecurity, nodeSelectors, tolerations, others);
  }
}
