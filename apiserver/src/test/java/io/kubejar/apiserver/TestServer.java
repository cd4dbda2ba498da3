package io.kubejar.apiserver;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apimachinery.time.StepLoop;
import io.kubejar.apiserver.authn.ServiceAccountTokens;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.storage.MemoryStore;
import io.kubejar.storage.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/// A whole API server on HTTPS, over a store in memory.
public final class TestServer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final RealClock CLOCK = new RealClock();
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("test", CLOCK);
  private static final KeyMaterial SERVER =
      AUTHORITY.issue(
          CertificateSpec.server(
              "kube-apiserver",
              List.of("localhost", "kubernetes"),
              List.of(InetAddress.getLoopbackAddress())));

  private static final CertificateAuthority FRONT_PROXY =
      CertificateAuthority.create("front-proxy-ca", CLOCK);

  private final ApiServer server;
  private final HttpServer http;

  private final List<StepLoop> loops;

  private TestServer(ApiServer server, HttpServer http) {
    this.server = server;
    this.http = http;
    loops =
        server.parts().entrySet().stream()
            .map(part -> new StepLoop(part.getKey(), part.getValue()))
            .toList();
    loops.forEach(StepLoop::start);
  }

  public static TestServer start() throws IOException, InterruptedException {
    return start(CLOCK);
  }

  public static TestServer start(Clock clock) throws IOException, InterruptedException {
    return start(clock, UnaryOperator.identity());
  }

  /// A server that differs from the usual one in its options.
  static TestServer start(Clock clock, UnaryOperator<ApiServerOptions> change)
      throws IOException, InterruptedException {
    return start(clock, change, List.of());
  }

  /// @param furtherAuthorities who may sign client certificates for other purposes than users
  static TestServer start(
      Clock clock, UnaryOperator<ApiServerOptions> change, List<X509Certificate> furtherAuthorities)
      throws IOException, InterruptedException {
    return start(clock, change, furtherAuthorities, new MemoryStore(clock));
  }

  static TestServer start(Clock clock, UnaryOperator<ApiServerOptions> change, Store store)
      throws IOException, InterruptedException {
    return start(clock, change, List.of(), store);
  }

  private static TestServer start(
      Clock clock,
      UnaryOperator<ApiServerOptions> change,
      List<X509Certificate> furtherAuthorities,
      Store store)
      throws IOException, InterruptedException {
    var pair = new KeyPair(SERVER.leaf().getPublicKey(), SERVER.key());
    var tokens =
        new ServiceAccountTokens.Config(
            "https://kubernetes.default.svc",
            List.of("https://kubernetes.default.svc"),
            pair,
            List.of());
    var trusted = List.of(AUTHORITY.material().leaf());
    var kubeletClient = AUTHORITY.issue(CertificateSpec.client("kube-apiserver-kubelet-client"));
    var options =
        ApiServerOptions.of(store, clock, new Random(1))
            .withTokens(tokens)
            .withKubeletClient(TlsSource.fixed(new TlsMaterial(kubeletClient, trusted)))
            .withClientAuthorities(trusted)
            .withFrontProxy(frontProxy())
            .withAdvertised("127.0.0.1", 0);
    var server = new ApiServer(change.apply(options));
    server.start();
    var trustedByTls = new ArrayList<>(trusted);
    trustedByTls.addAll(furtherAuthorities);
    var tls = TlsSource.fixed(new TlsMaterial(SERVER, trustedByTls));
    return new TestServer(
        server, server.listen(ServerOptions.https(ServerOptions.loopback(0), tls)));
  }

  private static FrontProxy frontProxy() {
    var client = FRONT_PROXY.issue(CertificateSpec.client("front-proxy-client"));
    return new FrontProxy(
        TlsSource.fixed(new TlsMaterial(client, List.of())),
        List.of(FRONT_PROXY.material().leaf()),
        List.of("front-proxy-client"));
  }

  /// What the server behind a Service serves with: its own name, and trust in the front proxy.
  static TlsSource extensionTls(String service, String namespace) {
    var name = service + "." + namespace + ".svc";
    var key = AUTHORITY.issue(CertificateSpec.server(name, List.of(name), List.of()));
    return TlsSource.fixed(new TlsMaterial(key, List.of(FRONT_PROXY.material().leaf())));
  }

  public ApiServer server() {
    return server;
  }

  /// Asks until what happens after the start has happened.
  void awaitReady(Http client) throws IOException, InterruptedException {
    var deadline = CLOCK.instant().plusSeconds(PATIENCE_SECONDS);
    while (client.get("/readyz").statusCode() != 200) {
      if (CLOCK.instant().isAfter(deadline)) {
        throw new IllegalStateException("not ready in time");
      }
    }
  }

  /// The API for somebody who may do everything.
  public LocalApi admin() {
    return server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  /// What a node of this cluster serves with.
  static TlsSource nodeTls() {
    return TlsSource.fixed(new TlsMaterial(SERVER, List.of(AUTHORITY.material().leaf())));
  }

  public int port() {
    return http.address().getPort();
  }

  public String url() {
    return "https://127.0.0.1:" + http.address().getPort();
  }

  public KeyMaterial client(String user, String... groups) {
    return AUTHORITY.issue(CertificateSpec.client(user, groups));
  }

  public List<java.security.cert.X509Certificate> authorities() {
    return List.of(AUTHORITY.material().leaf());
  }

  /// A kubeconfig for an administrator.
  public String kubeconfig() {
    var client = client("admin", UserInfo.MASTERS_GROUP);
    return """
    apiVersion: v1
    kind: Config
    current-context: test
    clusters:
    - name: test
      cluster:
        server: %s
        certificate-authority-data: %s
    users:
    - name: test
      user:
        client-certificate-data: %s
        client-key-data: %s
    contexts:
    - name: test
      context: {cluster: test, user: test}
    """
        .formatted(
            url(),
            base64(Pem.encode(authorities())),
            base64(Pem.encode(client.chain())),
            base64(Pem.encode(client.key())));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Runs until the input ends, for trying things by hand.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (var server = start()) {
      java.nio.file.Files.writeString(java.nio.file.Path.of(arguments[0]), server.kubeconfig());
      System.out.println(server.url());
      while (System.in.read() >= 0) {
        // Waits for the end.
      }
    }
  }

  @Override
  public void close() {
    http.close();
    loops.forEach(StepLoop::close);
    server.close();
  }
}
