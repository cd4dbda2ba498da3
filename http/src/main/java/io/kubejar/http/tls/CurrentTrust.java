package io.kubejar.http.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Believes whom the source trusts at the moment.
final class CurrentTrust extends X509ExtendedTrustManager {
  private record Made(TlsMaterial from, X509ExtendedTrustManager manager) {}

  private final TlsSource source;
  private volatile @Nullable Made made;

  CurrentTrust(TlsSource source) {
    this.source = source;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    current().checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    current().checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    current().checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    current().checkServerTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    current().checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    current().checkServerTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return current().getAcceptedIssuers();
  }

  @SuppressWarnings("ReferenceEquality") // As the source promises; comparing keys would cost.
  private X509ExtendedTrustManager current() {
    var material = source.current();
    var last = made;
    if (last != null && last.from() == material) {
      return last.manager();
    }
    var fresh =
        new Made(
            material,
            material.anybody() ? new AnyTrust() : TlsContexts.trustManager(material.trusted()));
    made = fresh;
    return fresh.manager();
  }
}
