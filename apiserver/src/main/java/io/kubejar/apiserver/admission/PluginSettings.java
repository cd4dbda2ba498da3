package io.kubejar.apiserver.admission;

import io.kubejar.apiserver.admission.images.ImagePolicy;
import io.kubejar.apiserver.admission.limits.EventRates;
import io.kubejar.apiserver.admission.pods.RestrictedTolerations;
import io.kubejar.apiserver.admission.podsecurity.PodSecurityOptions;
import io.kubejar.apiserver.admission.quota.LimitedResource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What single plugins are told, as `--admission-control-config-file` says.
///
/// @param nodeSelectors for `PodNodeSelector`, by namespace
/// @param tolerations for `PodTolerationRestriction`
/// @param events for `EventRateLimit`
/// @param images for `ImagePolicyWebhook`; null if it is told nothing
/// @param limited for `ResourceQuota`
public record PluginSettings(
    PodSecurityOptions podSecurity,
    Map<String, String> nodeSelectors,
    RestrictedTolerations.Settings tolerations,
    List<EventRates.Limit> events,
    @Nullable ImagePolicy images,
    List<LimitedResource> limited) {
  public static final PluginSettings DEFAULT =
      new PluginSettings(
          PodSecurityOptions.DEFAULT,
          Map.of(),
          RestrictedTolerations.Settings.NONE,
          List.of(),
          null,
          List.of());

  public PluginSettings {
    nodeSelectors = Map.copyOf(nodeSelectors);
    events = List.copyOf(events);
    limited = List.copyOf(limited);
  }

  public PluginSettings withPodSecurity(PodSecurityOptions other) {
    return new PluginSettings(other, nodeSelectors, tolerations, events, images, limited);
  }

  PluginSettings withNodeSelectors(Map<String, String> others) {
    return new PluginSettings(podSecurity, others, tolerations, events, images, limited);
  }

  PluginSettings withTolerations(RestrictedTolerations.Settings others) {
    return new PluginSettings(podSecurity, nodeSelectors, others, events, images, limited);
  }

  PluginSettings withEvents(List<EventRates.Limit> others) {
    return new PluginSettings(podSecurity, nodeSelectors, tolerations, others, images, limited);
  }

  PluginSettings withImages(ImagePolicy other) {
    return new PluginSettings(podSecurity, nodeSelectors, tolerations, events, other, limited);
  }

  PluginSettings withLimited(List<LimitedResource> others) {
    return new PluginSettings(podSecurity, nodeSelectors, tolerations, events, images, others);
  }
}
