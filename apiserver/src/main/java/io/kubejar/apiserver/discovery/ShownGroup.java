package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.VersionPriority;
import io.kubejar.apimachinery.json.JsonArray;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// A group as clients see it: its versions, whoever answers for them, the preferred one first.
record ShownGroup(String name, List<ShownVersion> versions) {
  /// The group that describes the others comes before everything else.
  private static final String FIRST = "apiregistration.k8s.io";

  private static final int FIRST_PRIORITY = 20_001;

  private static final Comparator<ShownVersion> VERSION_ORDER =
      Comparator.comparingInt((ShownVersion version) -> -version.priority.version())
          .thenComparing(ShownVersion::name, VersionPriority.PREFERRED_FIRST);
  private static final Comparator<ShownGroup> GROUP_ORDER =
      Comparator.comparingInt((ShownGroup group) -> -group.priority())
          .thenComparing(ShownGroup::name);

  /// A version of a group.
  ///
  /// @param resources as the aggregated discovery has them
  record ShownVersion(String name, Priority priority, JsonArray resources, boolean current) {}

  /// All groups in their order. Of two who claim a version, the remote one answers for it.
  static List<ShownGroup> all(ServedGroups served, Collection<RemoteVersion> remote) {
    var byName = new TreeMap<String, TreeMap<String, ShownVersion>>();
    for (var group : served.groups()) {
      for (var version : group.versions()) {
        add(byName, group.name(), own(group.name(), version));
      }
    }
    for (var each : remote) {
      add(
          byName,
          each.group(),
          new ShownVersion(each.version(), each.priority(), each.resources(), each.current()));
    }
    var groups = new ArrayList<ShownGroup>();
    byName.forEach(
        (name, versions) ->
            groups.add(
                new ShownGroup(name, versions.values().stream().sorted(VERSION_ORDER).toList())));
    groups.sort(GROUP_ORDER);
    return List.copyOf(groups);
  }

  private static void add(
      TreeMap<String, TreeMap<String, ShownVersion>> byName, String group, ShownVersion version) {
    byName.computeIfAbsent(group, _ -> new TreeMap<>()).put(version.name(), version);
  }

  private static ShownVersion own(String group, ServedGroups.Version version) {
    var priority = Priority.builtIn(group, version.name()).orElse(Priority.CUSTOM);
    return new ShownVersion(version.name(), priority, AggregatedDiscovery.resources(version), true);
  }

  private int priority() {
    return name.equals(FIRST)
        ? FIRST_PRIORITY
        : versions.stream().mapToInt(version -> version.priority.group()).max().orElse(0);
  }
}
