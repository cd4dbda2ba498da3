package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apiserver.admission.quota.LimitedResource;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads the configuration of `ResourceQuota`: what must not be used without a quota.
final class LimitedResources {
  private static final String KIND = "ResourceQuotaConfiguration";
  private static final Set<String> VERSIONS = Set.of("apiserver.config.k8s.io/v1");
  private static final String OLD_KIND = "Configuration";
  private static final Set<String> OLD_VERSIONS =
      Set.of("resourcequota.admission.k8s.io/v1beta1", "resourcequota.admission.k8s.io/v1alpha1");

  private LimitedResources() {}

  /// @throws ConfigFileException if it cannot be used
  static List<LimitedResource> read(String text) {
    var document =
        ConfigPart.untyped(text).text("kind").equals(OLD_KIND)
            ? ConfigPart.document(text, OLD_KIND, OLD_VERSIONS)
            : ConfigPart.document(text, KIND, VERSIONS);
    var limited = new ArrayList<LimitedResource>();
    for (var part : document.parts("limitedResources")) {
      limited.add(resource(part, "limitedResources[" + limited.size() + "]"));
    }
    document.done();
    return limited;
  }

  private static LimitedResource resource(ConfigPart part, String path) {
    var resource = part.text("resource");
    if (resource.isEmpty()) {
      throw new ConfigFileException(path + ".resource: Required value");
    }
    var scopes = new ArrayList<ScopedResourceSelectorRequirement>();
    for (var scope : part.parts("matchScopes")) {
      scopes.add(
          ScopedResourceSelectorRequirement.EMPTY
              .withScopeName(scope.text("scopeName"))
              .withOperator(scope.text("operator"))
              .withValues(scope.texts("values")));
      scope.done();
    }
    var limited =
        new LimitedResource(
            new GroupResource(part.text("apiGroup"), resource),
            part.texts("matchContains"),
            scopes);
    part.done();
    return limited;
  }
}
