package io.kubejar.standalone.conformance;

import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.KeyMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Sends requests to the server under test with somebody's credentials: the JDK's client, so that
/// no code of the server or of its own client stands between the tests and the wire.
final class HttpsClient {
  private static final char[] NO_PASSWORD = new char[0];
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client;
  private final String address;
  private final String token;

  private HttpsClient(HttpClient client, String address, String token) {
    this.client = client;
    this.address = address;
    this.token = token;
  }

  static HttpsClient withCertificate(
      String address, CertificateAuthority authority, KeyMaterial user) {
    return new HttpsClient(client(authority, user), address, "");
  }

  static HttpsClient withToken(String address, CertificateAuthority authority, String token) {
    return new HttpsClient(client(authority, null), address, token);
  }

  /// @param headers names and values in turn
  HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    var request = request(method, path, body, headers).timeout(PATIENCE).build();
    return client.send(request, BodyHandlers.ofByteArray());
  }

  /// Opens a stream that goes on until one side ends it.
  HttpResponse<InputStream> open(String path, String... headers)
      throws IOException, InterruptedException {
    var request = request("GET", path, new byte[0], headers).build();
    return client.send(request, BodyHandlers.ofInputStream());
  }

  private HttpRequest.Builder request(String method, String path, byte[] body, String... headers) {
    var publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    var builder = HttpRequest.newBuilder(URI.create(address + path)).method(method, publisher);
    if (headers.length > 0) {
      builder.headers(headers);
    }
    if (!token.isEmpty()) {
      builder.header("Authorization", "Bearer " + token);
    }
    return builder;
  }

  private static HttpClient client(CertificateAuthority authority, @Nullable KeyMaterial user) {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      var trusted = emptyStore();
      trusted.setCertificateEntry("ca", authority.certificate());
      trust.init(trusted);
      var own = emptyStore();
      if (user != null) {
        own.setKeyEntry("user", user.key(), NO_PASSWORD, user.chain().toArray(Certificate[]::new));
      }
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      var tls = SSLContext.getInstance("TLS");
      tls.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
      return HttpClient.newBuilder().sslContext(tls).build();
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
