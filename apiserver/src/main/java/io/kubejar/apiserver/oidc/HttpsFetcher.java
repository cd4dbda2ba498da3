package io.kubejar.apiserver.oidc;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.http.Headers;
import io.kubejar.http.KeepAliveClient;
import io.kubejar.http.UpgradeClient;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Gets documents over HTTPS. Redirects are not followed.
public final class HttpsFetcher implements Fetcher, AutoCloseable {
  private static final int DOCUMENT_BYTES_MAX = 1 << 20;
  private static final int IDLE_MAX = 10;
  private static final int IDLE_PER_TARGET_MAX = 2;
  private static final Duration IDLE_FOR = Duration.ofSeconds(90);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int HTTPS_PORT = 443;

  private final KeepAliveClient client;

  /// One source per bundle, by which kept connections are found again.
  private final Map<String, TlsSource> trust = new ConcurrentHashMap<>();

  public HttpsFetcher(Clock clock) {
    client =
        new KeepAliveClient(
            new KeepAliveClient.Bounds(DOCUMENT_BYTES_MAX, IDLE_MAX, IDLE_PER_TARGET_MAX, IDLE_FOR),
            clock);
  }

  @Override
  public byte[] get(URI address, String certificateAuthority)
      throws IOException, InterruptedException {
    if (!"https".equals(address.getScheme()) || address.getHost() == null) {
      throw new IOException("Get \"" + address + "\": only https is fetched");
    }
    int port = address.getPort() < 0 ? HTTPS_PORT : address.getPort();
    var target =
        UpgradeClient.Target.tls(
            InetSocketAddress.createUnresolved(address.getHost(), port),
            trusted(certificateAuthority),
            address.getHost(),
            TIMEOUT);
    var path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
    var query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    var headers = Headers.of("Host", address.getRawAuthority(), "User-Agent", "kube-apiserver");
    var request = new UpgradeClient.Request("GET", path + query, headers);
    try {
      var answer = client.call(target, request, new byte[0]).answer();
      if (answer.status() != 200) {
        throw new IOException("Get \"" + address + "\": status " + answer.status());
      }
      return answer.body();
    } catch (IOException failure) {
      if (Thread.interrupted()) { // Which closes the socket that a virtual thread waits for.
        throw new InterruptedException();
      }
      throw failure;
    }
  }

  private TlsSource trusted(String bundle) throws IOException {
    var kept = trust.get(bundle);
    if (kept != null) {
      return kept;
    }
    var authorities = bundle.isEmpty() ? ofThisMachine() : Pem.certificates(bundle);
    var fresh = TlsSource.fixed(new TlsMaterial(null, authorities));
    var earlier = trust.putIfAbsent(bundle, fresh);
    return earlier == null ? fresh : earlier;
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

  @Override
  public void close() {
    client.close();
  }
}
