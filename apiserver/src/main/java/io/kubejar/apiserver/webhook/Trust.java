package io.kubejar.apiserver.webhook;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Whom to believe for a bundle of authorities. One bundle always gives the same source, by which
/// kept connections are found again.
final class Trust {
  /// Upstream keeps as many clients.
  private static final int BUNDLES_MAX = 200;

  private final Map<Bytes, TlsSource> sources =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, TlsSource> eldest) {
          return size() > BUNDLES_MAX;
        }
      };

  /// @throws IOException if the bundle holds no certificate
  synchronized TlsSource of(Bytes bundle) throws IOException {
    var known = sources.get(bundle);
    if (known != null) {
      return known;
    }
    var authorities = bundle.isEmpty() ? ofThisMachine() : authorities(bundle);
    var fresh = TlsSource.fixed(new TlsMaterial(null, authorities));
    sources.put(bundle, fresh);
    return fresh;
  }

  private static List<X509Certificate> authorities(Bytes bundle) throws IOException {
    try {
      return Pem.certificates(bundle.utf8());
    } catch (IllegalArgumentException unusable) {
      throw new IOException("unable to load root certificates: " + unusable.getMessage(), unusable);
    }
  }

  private static List<X509Certificate> ofThisMachine() throws IOException {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return Stream.of(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .flatMap(manager -> Stream.of(manager.getAcceptedIssuers()))
          .toList();
    } catch (GeneralSecurityException missing) {
      throw new IOException("this machine trusts no authorities", missing);
    }
  }
}
