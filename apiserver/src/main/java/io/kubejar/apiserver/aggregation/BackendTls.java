package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is shown to the servers behind APIServices, and who is believed there. What did not change
/// is the same object: connections are told apart by it.
final class BackendTls {
  /// Beyond this, what was not asked for longest is made anew.
  private static final int MOST = 256;

  private final @Nullable TlsSource proxyClient;
  private final Map<Wanted, TlsSource> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Wanted, TlsSource> eldest) {
          return size() > MOST;
        }
      };

  private record Wanted(boolean anybody, Bytes bundle, @Nullable KeyMaterial shown) {}

  /// @param proxyClient the certificate by which this server is known there; null shows none
  BackendTls(@Nullable TlsSource proxyClient) {
    this.proxyClient = proxyClient;
  }

  /// @throws ApiException 500 if the bundle of authorities makes no sense
  synchronized TlsSource of(APIService service) {
    var shown = proxyClient == null ? null : proxyClient.current().key();
    var spec = service.spec();
    var wanted = new Wanted(spec.insecureSkipTLSVerify(), spec.caBundle(), shown);
    var found = known.get(wanted);
    if (found == null) {
      found = TlsSource.fixed(material(wanted));
      known.put(wanted, found);
    }
    return found;
  }

  private static TlsMaterial material(Wanted wanted) {
    if (wanted.anybody()) {
      return TlsMaterial.believingAnybody(wanted.shown());
    }
    if (wanted.bundle().isEmpty()) {
      return TlsMaterial.believingSystem(wanted.shown());
    }
    try {
      return new TlsMaterial(wanted.shown(), Pem.certificates(wanted.bundle().utf8()));
    } catch (IllegalArgumentException broken) {
      throw ApiException.unexplained("unable to load root certificates: " + broken.getMessage());
    }
  }
}
