package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.ServiceReference;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.connect.Backend;
import io.kubejar.apiserver.connect.ReadyEndpoints;
import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds the server behind an APIService, and how to talk with it.
///
/// @param proxyClient the certificate by which this server is known there; null shows none
record Backends(ReadyEndpoints endpoints, @Nullable TlsSource proxyClient) {
  private static final int USUAL_PORT = 443;

  /// @throws ApiException if no endpoint is ready
  Backend of(APIService service) {
    var reference = reference(service);
    var found = endpoints.find(key(service), port(service));
    var name = reference.name() + "." + reference.namespace() + ".svc";
    return new Backend(found.address(), found.port(), tls(service), name(service, name));
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

  /// @throws ApiException 500 if the bundle of authorities makes no sense
  private TlsSource tls(APIService service) {
    var shown = shown();
    if (service.spec().insecureSkipTLSVerify()) {
      return TlsSource.fixed(TlsMaterial.believingAnybody(shown));
    }
    var bundle = service.spec().caBundle();
    if (bundle.isEmpty()) {
      return TlsSource.fixed(TlsMaterial.believingSystem(shown));
    }
    try {
      return TlsSource.fixed(new TlsMaterial(shown, Pem.certificates(bundle.utf8())));
    } catch (IllegalArgumentException broken) {
      throw ApiException.unexplained("unable to load root certificates: " + broken.getMessage());
    }
  }

  private @Nullable KeyMaterial shown() {
    return proxyClient == null ? null : proxyClient.current().key();
  }
}
