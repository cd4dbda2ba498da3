package io.kubejar.apiserver.discovery;

import java.util.Map;
import java.util.Optional;

/// How early a group comes among the groups, and a version within its group: larger is earlier.
public record Priority(int group, int version) {
  /// Custom resources come after everything else.
  public static final Priority CUSTOM = new Priority(1000, 100);

  private static final int STABLE = 15;
  private static final int BETA = 9;

  /// Upstream's order of its groups.
  private static final Map<String, Integer> GROUPS =
      Map.ofEntries(
          Map.entry("", 18_000),
          Map.entry("apps", 17_800),
          Map.entry("events.k8s.io", 17_750),
          Map.entry("authentication.k8s.io", 17_700),
          Map.entry("authorization.k8s.io", 17_600),
          Map.entry("autoscaling", 17_500),
          Map.entry("batch", 17_400),
          Map.entry("certificates.k8s.io", 17_300),
          Map.entry("networking.k8s.io", 17_200),
          Map.entry("policy", 17_100),
          Map.entry("rbac.authorization.k8s.io", 17_000),
          Map.entry("storage.k8s.io", 16_800),
          Map.entry("apiextensions.k8s.io", 16_700),
          Map.entry("admissionregistration.k8s.io", 16_700),
          Map.entry("scheduling.k8s.io", 16_600),
          Map.entry("coordination.k8s.io", 16_500),
          Map.entry("node.k8s.io", 16_300),
          Map.entry("discovery.k8s.io", 16_200),
          Map.entry("flowcontrol.apiserver.k8s.io", 16_100),
          Map.entry("internal.apiserver.k8s.io", 16_000),
          Map.entry("resource.k8s.io", 16_200),
          Map.entry("storagemigration.k8s.io", 15_800));

  /// Versions that come earlier or later than their stability says.
  private static final Map<String, Integer> VERSIONS =
      Map.of(
          "v1.", 1,
          "v2.autoscaling", 30,
          "v1.flowcontrol.apiserver.k8s.io", 21,
          "v1.resource.k8s.io", 21);

  /// The place of a built-in group and version. The group that describes APIServices has none: it
  /// is always there.
  public static Optional<Priority> builtIn(String group, String version) {
    var place = GROUPS.get(group);
    if (place == null) {
      return Optional.empty();
    }
    int usual = version.contains("alpha") || version.contains("beta") ? BETA : STABLE;
    int within = VERSIONS.getOrDefault(version + "." + group, usual);
    return Optional.of(new Priority(place, within));
  }
}
