package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.Subresource;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredCodec;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import io.kubejar.apiserver.cache.CacheFeed;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.StorageLayout;
import io.kubejar.apiserver.verbs.Environment;
import io.kubejar.storage.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Makes the versions of a definition: the same parts that a built-in kind has, put together at run
/// time.
record CustomVersions(Store store, CacheFeed feed, Environment environment) {
  private static final Set<String> SUBRESOURCE_VERBS = Set.of("get", "patch", "update");
  private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

  /// All versions that are served or stored. Their caches are empty until the feed fills them.
  List<CustomVersion> of(CustomResourceDefinition definition) {
    var versions = new ArrayList<CustomVersion>();
    for (var version : definition.spec().versions()) {
      if (version.served() || version.storage()) {
        versions.add(version(definition, version));
      }
    }
    return versions;
  }

  private CustomVersion version(
      CustomResourceDefinition definition, CustomResourceDefinitionVersion version) {
    var type = type(definition, version);
    var group = definition.spec().group();
    var storageVersion = group + "/" + Definitions.storageVersion(definition).name();
    var form = new CustomForm(new UnstructuredCodec(type.gvk()), storageVersion, Converter.NONE);
    var prefix = StorageLayout.customPrefix(new GroupResource(group, type.plural()));
    var registry = new Registry<>(type, store, feed, form, prefix);
    return new CustomVersion(registry, version.served(), environment);
  }

  private static ResourceType<Unstructured> type(
      CustomResourceDefinition definition, CustomResourceDefinitionVersion version) {
    var names = definition.status().acceptedNames();
    var kind = new GroupVersionKind(definition.spec().group(), version.name(), names.kind());
    return new ResourceType<>(
        kind,
        names.listKind(),
        names.plural(),
        names.singular(),
        names.shortNames(),
        names.categories(),
        Definitions.isNamespaced(definition),
        UnstructuredTypes.ALL_VERBS,
        subresources(kind, version),
        Unstructured.class,
        new UnstructuredCodec(kind));
  }

  private static List<Subresource> subresources(
      GroupVersionKind kind, CustomResourceDefinitionVersion version) {
    var wanted = version.subresources();
    var subresources = new ArrayList<Subresource>();
    if (wanted != null && wanted.status() != null) {
      subresources.add(new Subresource("status", kind, SUBRESOURCE_VERBS));
    }
    if (wanted != null && wanted.scale() != null) {
      subresources.add(new Subresource("scale", SCALE, SUBRESOURCE_VERBS));
    }
    return subresources;
  }
}
