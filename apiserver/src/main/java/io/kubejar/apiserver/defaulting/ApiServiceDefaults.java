package io.kubejar.apiserver.defaulting;

import io.kubejar.api.apiregistration.v1.APIService;

/// Other API servers.
final class ApiServiceDefaults {
  private static final int HTTPS_PORT = 443;

  private ApiServiceDefaults() {}

  static APIService apiService(APIService given) {
    var service = given.spec().service();
    return service == null || service.port() != null
        ? given
        : given.withSpec(given.spec().withService(service.withPort(HTTPS_PORT)));
  }
}
