package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.ServiceReference;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.connect.Backend;
import io.kubejar.apiserver.connect.ReadyEndpoints;
import io.kubejar.http.IdleConnections;
import java.util.Objects;

/// Finds the server behind an APIService, and how to talk with it.
///
/// @param tls how to talk with whom: the same for the same certificates, lest connections be made
///   anew
/// @param kept connections that wait for the next request
record Backends(ReadyEndpoints endpoints, BackendTls tls, IdleConnections kept) {
  private static final int USUAL_PORT = 443;

  /// @throws ApiException if no endpoint is ready
  Backend of(APIService service) {
    var reference = reference(service);
    var found = endpoints.find(key(service), port(service));
    var name = reference.name() + "." + reference.namespace() + ".svc";
    return new Backend(found.address(), found.port(), tls.of(service), name(service, name));
  }

  /// Who is taken on trust need not have the right name either.
  private static String name(APIService service, String name) {
    return service.spec().insecureSkipTLSVerify() ? "" : name;
  }

  static ServiceReference reference(APIService service) {
    return Objects.requireNonNull(service.spec().service());
  }

  static ObjectKey key(APIService service) {
    var reference = reference(service);
    return new ObjectKey(reference.namespace(), reference.name());
  }

  static int port(APIService service) {
    return Objects.requireNonNullElse(reference(service).port(), USUAL_PORT);
  }
}
