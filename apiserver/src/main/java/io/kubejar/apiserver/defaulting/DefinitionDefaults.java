package io.kubejar.apiserver.defaulting;

import io.kubejar.api.apiextensions.v1.CustomResourceConversion;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionNames;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionVersion;
import java.util.List;
import java.util.Locale;

/// What a definition may leave out: the names that follow from others, and that versions differ in
/// name only.
final class DefinitionDefaults {
  private static final int HTTPS = 443;

  private DefinitionDefaults() {}

  static CustomResourceDefinition definition(CustomResourceDefinition it) {
    var spec = it.spec().withNames(names(it.spec().names())).withConversion(conversion(it));
    var status = it.status();
    if (status.storedVersions().isEmpty()) {
      var stored =
          spec.versions().stream()
              .filter(CustomResourceDefinitionVersion::storage)
              .map(CustomResourceDefinitionVersion::name)
              .limit(1)
              .toList();
      status = status.withStoredVersions(List.copyOf(stored));
    }
    return it.withSpec(spec).withStatus(status);
  }

  private static CustomResourceDefinitionNames names(CustomResourceDefinitionNames names) {
    var singular =
        names.singular().isEmpty() ? names.kind().toLowerCase(Locale.ROOT) : names.singular();
    boolean derives = names.listKind().isEmpty() && !names.kind().isEmpty();
    return names
        .withSingular(singular)
        .withListKind(derives ? names.kind() + "List" : names.listKind());
  }

  private static CustomResourceConversion conversion(CustomResourceDefinition it) {
    var conversion = it.spec().conversion();
    if (conversion == null) {
      return CustomResourceConversion.EMPTY.withStrategy("None");
    }
    var webhook = conversion.webhook();
    var client = webhook == null ? null : webhook.clientConfig();
    var service = client == null ? null : client.service();
    if (webhook == null || client == null || service == null || service.port() != null) {
      return conversion;
    }
    return conversion.withWebhook(
        webhook.withClientConfig(client.withService(service.withPort(HTTPS))));
  }
}
