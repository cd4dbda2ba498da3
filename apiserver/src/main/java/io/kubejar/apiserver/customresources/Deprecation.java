package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.kubejar.apimachinery.VersionPriority;
import java.util.List;

/// What clients of an old version are told.
final class Deprecation {
  private Deprecation() {}

  static List<String> warnings(
      CustomResourceDefinition definition, CustomResourceDefinitionVersion version) {
    if (!version.deprecated()) {
      return List.of();
    }
    var own = version.deprecationWarning();
    return List.of(own == null ? standard(definition, version.name()) : own);
  }

  private static String standard(CustomResourceDefinition definition, String version) {
    var spec = definition.spec();
    var kind = spec.names().kind();
    var text = spec.group() + "/" + version + " " + kind + " is deprecated";
    return spec.versions().stream()
        .filter(other -> other.served() && !other.deprecated())
        .map(CustomResourceDefinitionVersion::name)
        .filter(other -> VersionPriority.PREFERRED_FIRST.compare(other, version) < 0)
        .min(VersionPriority.PREFERRED_FIRST)
        .map(better -> text + "; use " + spec.group() + "/" + better + " " + kind)
        .orElse(text);
  }
}
