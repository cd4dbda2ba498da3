package io.kubejar.apiserver.webhook;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpHandler;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A webhook on HTTPS, under an authority of its own.
public final class WebhookServer implements AutoCloseable {
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("webhooks", new RealClock());
  private static final Headers JSON = Headers.of("Content-Type", "application/json");

  private final HttpServer server;

  /// Answers a JSON request with a JSON text.
  @FunctionalInterface
  public interface Answers {
    JsonObject answer(String path, JsonObject request) throws Exception;
  }

  private WebhookServer(HttpServer server) {
    this.server = server;
  }

  public static WebhookServer answering(Answers answers) throws IOException {
    return serving(
        exchange -> {
          var request = (JsonObject) JsonParser.parse(exchange.body().readAllBytes());
          var answer = JsonPrinter.print(answers.answer(exchange.rawPath(), request));
          exchange.reply(200, JSON, answer.getBytes(StandardCharsets.UTF_8));
        });
  }

  public static WebhookServer serving(HttpHandler handler) throws IOException {
    var loopback = InetAddress.getLoopbackAddress();
    var spec =
        CertificateSpec.server("hook", List.of("hook.default.svc", "localhost"), List.of(loopback));
    var tls = TlsSource.fixed(new TlsMaterial(AUTHORITY.issue(spec), List.of()));
    return new WebhookServer(
        HttpServer.start(ServerOptions.https(ServerOptions.loopback(0), tls), handler));
  }

  public String url(String path) {
    return "https://127.0.0.1:" + server.address().getPort() + path;
  }

  public InetSocketAddress address() {
    return server.address();
  }

  public static Bytes caBundle() {
    return Bytes.utf8(Pem.encode(List.of(AUTHORITY.certificate())));
  }

  @Override
  public void close() {
    server.close();
  }
}
