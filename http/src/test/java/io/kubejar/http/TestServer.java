package io.kubejar.http;

import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.tls.ReloadableTls;
import io.kubejar.http.tls.TlsContexts;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A server on a free port, with an authority that it and its clients trust.
final class TestServer implements AutoCloseable {
  static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("test-ca", Clock.systemUTC());

  final ReloadableTls tls;
  final HttpServer server;

  private TestServer(ReloadableTls tls, HttpServer server) {
    this.tls = tls;
    this.server = server;
  }

  static TestServer https(HttpHandler handler) throws IOException {
    return https(options -> options, handler);
  }

  static TestServer https(UnaryOperator<ServerOptions> change, HttpHandler handler)
      throws IOException {
    var tls = new ReloadableTls(serverMaterial(AUTHORITY));
    var options = change.apply(ServerOptions.https(ServerOptions.loopback(0), tls));
    return new TestServer(tls, HttpServer.start(options, handler));
  }

  static TestServer http(UnaryOperator<ServerOptions> change, HttpHandler handler)
      throws IOException {
    var options = change.apply(ServerOptions.http(ServerOptions.loopback(0)));
    var unused = new ReloadableTls(new TlsMaterial(null, List.of()));
    return new TestServer(unused, HttpServer.start(options, handler));
  }

  static TlsMaterial serverMaterial(CertificateAuthority authority) {
    var spec =
        CertificateSpec.server(
            "server", List.of("localhost"), List.of(InetAddress.getLoopbackAddress()));
    return new TlsMaterial(authority.issue(spec), List.of(AUTHORITY.certificate()));
  }

  static SSLContext clientContext(@Nullable KeyMaterial key) {
    return TlsContexts.context(
        TlsSource.fixed(new TlsMaterial(key, List.of(AUTHORITY.certificate()))));
  }

  static HttpClient client(HttpClient.Version version, @Nullable KeyMaterial key) {
    return HttpClient.newBuilder()
        .version(version)
        .sslContext(clientContext(key))
        .connectTimeout(Duration.ofSeconds(5))
        .build();
  }

  int port() {
    return server.address().getPort();
  }

  URI uri(String path) {
    return URI.create("https://127.0.0.1:" + port() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
  }

  @Override
  public void close() {
    server.close();
  }
}
