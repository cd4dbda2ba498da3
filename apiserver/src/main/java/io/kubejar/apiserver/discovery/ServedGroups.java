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

/// The groups with their versions and resources, in the order in which clients should prefer them.
public record ServedGroups(List<Group> groups) {

  /// A group and its versions, the preferred one first.
  public record Group(String name, List<Version> versions) {
    Version preferred() {
      return versions.getFirst();
    }

    Optional<Version> version(String wanted) {
      return versions.stream().filter(version -> version.name.equals(wanted)).findFirst();
    }
  }

  /// A version and its resources.
  public record Version(String name, String groupVersion, List<ResourceType<?>> resources) {}

  public ServedGroups {
    groups = List.copyOf(groups);
  }

  public static ServedGroups of(Collection<ResourceType<?>> types) {
    var byGroup = new LinkedHashMap<String, Map<String, List<ResourceType<?>>>>();
    types.stream()
        .sorted(Comparator.comparing(ResourceType::plural))
        .forEach(
            type ->
                byGroup
                    .computeIfAbsent(type.gvk().group(), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(type.gvk().version(), _ -> new ArrayList<>())
                    .add(type));
    var groups = new ArrayList<Group>();
    byGroup.forEach((name, versions) -> groups.add(group(name, versions)));
    groups.sort(
        Comparator.comparingInt((Group group) -> -priority(group.name)).thenComparing(Group::name));
    return new ServedGroups(groups);
  }

  private static Group group(String name, Map<String, List<ResourceType<?>>> byVersion) {
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

  /// Upstream's order of groups.
  private static int priority(String group) {
    return switch (group) {
      case "" -> 18000;
      case "apiregistration.k8s.io" -> 17900;
      case "events.k8s.io" -> 17750;
      case "authentication.k8s.io" -> 17700;
      case "authorization.k8s.io" -> 17600;
      case "autoscaling" -> 17500;
      case "batch" -> 17400;
      case "certificates.k8s.io" -> 17300;
      case "networking.k8s.io" -> 17200;
      case "apps" -> 17170;
      case "policy" -> 17160;
      case "rbac.authorization.k8s.io" -> 17000;
      case "storage.k8s.io" -> 16800;
      case "admissionregistration.k8s.io" -> 16700;
      case "apiextensions.k8s.io" -> 16690;
      case "scheduling.k8s.io" -> 16600;
      case "coordination.k8s.io" -> 16500;
      case "node.k8s.io" -> 16300;
      case "discovery.k8s.io" -> 16200;
      case "flowcontrol.apiserver.k8s.io" -> 16100;
      case "resource.k8s.io" -> 16000;
      default -> 1000;
    };
  }
}
