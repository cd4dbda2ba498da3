package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.VersionPriority;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The groups with their versions and resources.
public record ServedGroups(List<Group> groups) {

  /// A group and its versions.
  public record Group(String name, List<Version> versions) {
    Optional<Version> version(String wanted) {
      return versions.stream().filter(version -> version.name.equals(wanted)).findFirst();
    }
  }

  /// A version and its resources.
  public record Version(String name, String groupVersion, List<Resource> resources) {}

  /// A resource as clients should know it.
  ///
  /// @param storageVersionHash tells whether two resources are stored as the same kind; empty if
  ///   nothing is stored
  public record Resource(ResourceType<?> type, Set<String> verbs, String storageVersionHash) {
    public Resource {
      verbs = Set.copyOf(verbs);
    }
  }

  public ServedGroups {
    groups = List.copyOf(groups);
  }

  public static ServedGroups of(Collection<Resource> resources) {
    var byGroup = new LinkedHashMap<String, Map<String, List<Resource>>>();
    resources.stream()
        .sorted(Comparator.comparing(resource -> resource.type.plural()))
        .forEach(
            resource ->
                byGroup
                    .computeIfAbsent(resource.type.gvk().group(), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(resource.type.gvk().version(), _ -> new ArrayList<>())
                    .add(resource));
    var groups = new ArrayList<Group>();
    byGroup.forEach((name, versions) -> groups.add(group(name, versions)));
    groups.sort(Comparator.comparing(Group::name));
    return new ServedGroups(groups);
  }

  private static Group group(String name, Map<String, List<Resource>> byVersion) {
    var versions = new ArrayList<Version>();
    byVersion.forEach(
        (version, resources) ->
            versions.add(
                new Version(version, name.isEmpty() ? version : name + "/" + version, resources)));
    versions.sort(Comparator.comparing(Version::name, VersionPriority.PREFERRED_FIRST));
    return new Group(name, List.copyOf(versions));
  }

  public Optional<Group> find(String name) {
    return groups.stream().filter(group -> group.name.equals(name)).findFirst();
  }
}
