package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionNames;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionSpec;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts the versions of definitions among the served resources and takes them away again. One
/// thread at a time.
final class ServedDefinitions {
  private final Resources resources;
  private final CustomVersions maker;
  private final Map<String, Served> served = new HashMap<>();

  /// What is served of one definition, and what it was made of.
  private record Served(
      String uid,
      CustomResourceDefinitionSpec spec,
      CustomResourceDefinitionNames names,
      boolean terminating,
      List<CustomVersion> versions) {

    boolean madeOf(CustomResourceDefinition definition) {
      return uid.equals(definition.metadata().uid())
          && spec.equals(definition.spec())
          && names.equals(definition.status().acceptedNames());
    }

    GroupResource resource() {
      return new GroupResource(spec.group(), names.plural());
    }
  }

  ServedDefinitions(Resources resources, CustomVersions maker) {
    this.resources = resources;
    this.maker = maker;
  }

  /// Serves the definition as it is now. If its spec or names have changed, all its watches end, as
  /// they may show what does not exist any more.
  void follow(CustomResourceDefinition definition) throws InterruptedException {
    var name = definition.metadata().name();
    var before = served.get(name);
    boolean terminating = Definitions.isTerminating(definition);
    boolean same = before != null && before.madeOf(definition);
    if (before != null && same && before.terminating == terminating) {
      return;
    }
    var versions = before != null && same ? before.versions : made(definition);
    var now =
        new Served(
            definition.metadata().uid(),
            definition.spec(),
            definition.status().acceptedNames(),
            terminating,
            versions);
    var old = before == null ? now.resource() : before.resource();
    resources.replace(resource -> isOf(resource, old), verbs(now));
    served.put(name, now);
    if (before != null && !same) {
      before.versions.forEach(version -> version.registry().close());
    }
  }

  /// Versions whose caches are filled.
  private List<CustomVersion> made(CustomResourceDefinition definition)
      throws InterruptedException {
    var versions = maker.of(definition);
    maker.feed().fill();
    return versions;
  }

  /// A built-in resource of the same name stays what it is.
  private List<ResourceVerbs<?>> verbs(Served now) {
    return now.versions.stream()
        .filter(CustomVersion::served)
        .filter(version -> !isBuiltIn(version))
        .<ResourceVerbs<?>>map(version -> version.verbs(now.terminating))
        .toList();
  }

  private boolean isBuiltIn(CustomVersion version) {
    return resources
        .find(version.registry().type().gvr())
        .filter(found -> found.type().codec().typed())
        .isPresent();
  }

  private static boolean isOf(ResourceVerbs<?> resource, GroupResource name) {
    return resource.type().groupResource().equals(name) && !resource.type().codec().typed();
  }

  /// Serves it no more.
  void withdraw(String name) {
    var before = served.remove(name);
    if (before != null) {
      resources.replace(resource -> isOf(resource, before.resource()), List.of());
      before.versions.forEach(version -> version.registry().close());
    }
  }

  /// The version that is stored, if the definition is served.
  Optional<CustomVersion> stored(CustomResourceDefinition definition) {
    var storage = Definitions.storageVersion(definition).name();
    return Optional.ofNullable(served.get(definition.metadata().name())).stream()
        .flatMap(found -> found.versions.stream())
        .filter(version -> version.registry().type().gvk().version().equals(storage))
        .findFirst();
  }
}
