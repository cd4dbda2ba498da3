package io.kubejar.http.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Makes the JDK's TLS objects out of keys and trusted certificates.
public final class TlsContexts {
  private TlsContexts() {}

  /// A context for clients and servers of the JDK, such as its `HttpClient`. It follows the source:
  /// connections made later show and believe what is current then.
  public static SSLContext context(TlsSource source) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {keyManager(source)},
          new TrustManager[] {new CurrentTrust(source)},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot do TLS", e);
    }
  }

  /// Shows the source's current key. (A key store would encrypt it first, which costs start time.)
  public static X509ExtendedKeyManager keyManager(TlsSource source) {
    return new CurrentKey(source);
  }

  /// The authorities that come with this Java.
  static List<X509Certificate> systemAuthorities() {
    try {
      var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init((KeyStore) null);
      var manager = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
      return List.of(manager.getAcceptedIssuers());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no authorities", e);
    }
  }

  /// Checks chains against these authorities.
  public static X509ExtendedTrustManager trustManager(List<X509Certificate> trusted) {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry("authority-" + i, trusted.get(i));
      }
      var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("not usable as trusted certificates", e);
    }
  }
}
