package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.Subresource;
import io.kubejar.apimachinery.apply.FieldManager;
import io.kubejar.apimachinery.apply.Versions;
import io.kubejar.apimachinery.structural.NodeRules;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredCodec;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import io.kubejar.apiserver.cache.CacheFeed;
import io.kubejar.apiserver.encryption.EncryptedStore;
import io.kubejar.apiserver.metrics.ConversionMetrics;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.StorageLayout;
import io.kubejar.apiserver.verbs.Environment;
import io.kubejar.apiserver.verbs.FieldManagers;
import io.kubejar.apiserver.verbs.FieldTracking;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes the versions of a definition: the same parts that a built-in kind has, put together at run
/// time.
///
/// @param language what rules are written in
/// @param webhooks asks those that convert
/// @param conversions how that ends
public record CustomVersions(
    EncryptedStore store,
    CacheFeed feed,
    Environment environment,
    NodeRules.Compiler language,
    WebhookClient webhooks,
    ConversionMetrics conversions) {
  private static final Set<String> SUBRESOURCE_VERBS = Set.of("get", "patch", "update");
  private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

  /// What all versions of a definition share.
  private record Family(
      CustomResourceDefinition definition,
      Map<String, VersionSchema> schemas,
      Converter converter) {
    String apiVersion(CustomResourceDefinitionVersion version) {
      return definition.spec().group() + "/" + version.name();
    }
  }

  /// All versions that are served or stored. Their caches are empty until the feed fills them.
  List<CustomVersion> of(CustomResourceDefinition definition) {
    var schemas = new LinkedHashMap<String, VersionSchema>();
    var family = new Family(definition, schemas, converter(definition));
    for (var version : definition.spec().versions()) {
      schemas.put(family.apiVersion(version), VersionSchema.of(definition, version, language));
    }
    var versions = new ArrayList<CustomVersion>();
    for (var version : definition.spec().versions()) {
      if (version.served() || version.storage()) {
        versions.add(version(family, version));
      }
    }
    return versions;
  }

  private Converter converter(CustomResourceDefinition definition) {
    var conversion = definition.spec().conversion();
    var webhook = conversion == null ? null : conversion.webhook();
    var config = webhook == null ? null : webhook.clientConfig();
    if (conversion == null
        || webhook == null
        || config == null
        || !conversion.strategy().equals("Webhook")) {
      return Converter.NONE;
    }
    var version =
        webhook.conversionReviewVersions().stream()
            .filter(each -> each.equals("v1") || each.equals("v1beta1"))
            .findFirst()
            .orElse("");
    return WebhookTarget.of(config)
        .<Converter>map(
            target ->
                new WebhookConverter(
                    definition.metadata().name(),
                    webhooks,
                    target,
                    version,
                    environment.random(),
                    environment.clock(),
                    conversions))
        .orElse(Converter.NONE);
  }

  private CustomVersion version(Family family, CustomResourceDefinitionVersion version) {
    var definition = family.definition;
    var schema = family.schemas.get(family.apiVersion(version));
    if (schema == null) {
      throw new IllegalStateException("no schema: " + version.name());
    }
    var type = type(definition, version, schema);
    var storageVersion = family.apiVersion(Definitions.storageVersion(definition));
    var plain = new UnstructuredCodec(type.gvk());
    var form = new CustomForm(plain, storageVersion, family.schemas, family.converter);
    var prefix = StorageLayout.customPrefix(type.groupResource());
    return new CustomVersion(
        new Registry<>(type, store, feed, form, prefix),
        VersionRules.of(definition, version, schema),
        version.served(),
        tracking(family, schema));
  }

  /// The environment with managed fields that follow the version's schema, and those of the other
  /// versions for what was applied in them.
  private Environment tracking(Family family, VersionSchema schema) {
    var tracking = environment.tracking();
    if (tracking.equals(FieldTracking.OFF)) {
      return environment;
    }
    Versions versions =
        (object, apiVersion) ->
            Optional.ofNullable(family.schemas.get(apiVersion))
                .map(
                    other ->
                        new Versions.Versioned(
                            family.converter.convert(Unstructured.of(object), apiVersion).tree(),
                            other.type()));
    var custom =
        new FieldManagers(
            type ->
                Optional.of(
                    FieldManager.forType(type.gvk(), schema.type(), environment.clock())
                        .converting(versions)));
    return new Environment(
        environment.clock(), environment.random(), environment.admission(), custom);
  }

  private static ResourceType<Unstructured> type(
      CustomResourceDefinition definition,
      CustomResourceDefinitionVersion version,
      VersionSchema schema) {
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
        new CustomCodec(new UnstructuredCodec(kind), schema));
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
