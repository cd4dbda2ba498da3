package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.PeerGoneException;
import io.kubejar.http.Relay;
import io.kubejar.http.UpgradeClient;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Carries requests to somebody else and the answers back, byte by byte.
public final class Tunnel {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int BUFFER = 32 * 1024;
  private static final int SWITCHING_PROTOCOLS = 101;

  private final @Nullable TlsSource kubeletTls;

  /// Where a request goes.
  ///
  /// @param serverName what the certificate there must name; empty if any will do
  public record Endpoint(
      String address, int port, boolean secure, boolean kubelet, String serverName) {
    static Endpoint kubelet(String address, int port, String node) {
      return new Endpoint(address, port, true, true, "");
    }

    static Endpoint pod(String address, int port, String scheme) {
      return new Endpoint(address, port, scheme.equals("https"), false, "");
    }
  }

  /// @param kubeletTls the certificate shown to kubelets, and who signs theirs; null if there are
  ///   none
  public Tunnel(@Nullable TlsSource kubeletTls) {
    this.kubeletTls = kubeletTls;
  }

  /// A plain request of our own, such as for a log.
  Response fetch(Endpoint endpoint, Request request, String method, String target)
      throws IOException {
    var answer = send(endpoint, new UpgradeClient.Request(method, target, Headers.EMPTY));
    return relayed(answer);
  }

  /// The client's request as it is, to another path.
  Response proxy(Endpoint endpoint, Request request, String target) throws IOException {
    if (request.exchange().isUpgrade()) {
      return upgrade(endpoint, request, target);
    }
    var body = request.exchange().body().readAllBytes();
    var headers =
        request
            .headers()
            .without("Authorization", "Connection", "Host", "Content-Length", "Transfer-Encoding")
            .with("Content-Length", Integer.toString(body.length));
    var answer = send(endpoint, new UpgradeClient.Request(request.method(), target, headers), body);
    return relayed(answer);
  }

  /// A request that wants to leave HTTP: both sides get the other's bytes.
  Response upgrade(Endpoint endpoint, Request request, String target) {
    if (!request.exchange().isUpgrade()) {
      throw ApiException.badRequest("Upgrade request required");
    }
    return new Response.TakenOver(exchange -> converse(endpoint, target, exchange));
  }

  private void converse(Endpoint endpoint, String target, Exchange exchange)
      throws IOException, InterruptedException {
    var headers = exchange.headers().without("Authorization", "Host");
    UpgradeClient.Response answer;
    try {
      answer = send(endpoint, new UpgradeClient.Request(exchange.method(), target, headers));
    } catch (ApiException unreachable) {
      exchange.reply(unreachable.code(), "text/plain", unreachable.status().message());
      return;
    }
    exchange.onCancel(answer.stream()::close);
    if (answer.status() != SWITCHING_PROTOCOLS) {
      try (var stream = answer.stream()) {
        var kept = answer.headers().without("Connection", "Transfer-Encoding", "Content-Length");
        exchange.reply(answer.status(), kept, stream.input().readAllBytes());
      }
      return;
    }
    var upgraded = exchange.upgrade(answer.headers());
    Relay.run(upgraded, answer.stream());
  }

  private UpgradeClient.Response send(Endpoint endpoint, UpgradeClient.Request request) {
    return send(endpoint, request, new byte[0]);
  }

  private UpgradeClient.Response send(
      Endpoint endpoint, UpgradeClient.Request request, byte[] body) {
    var address = new InetSocketAddress(endpoint.address(), endpoint.port());
    try {
      var target =
          endpoint.secure()
              ? UpgradeClient.Target.tls(address, tls(), endpoint.serverName(), PATIENCE)
              : UpgradeClient.Target.plain(address, PATIENCE);
      return body.length == 0
          ? UpgradeClient.send(target, request)
          : UpgradeClient.send(target, request, body);
    } catch (IOException failure) {
      throw ApiException.internal(
          "error dialing backend: dial tcp "
              + endpoint.address()
              + ":"
              + endpoint.port()
              + ": "
              + failure.getMessage());
    }
  }

  private TlsSource tls() {
    if (kubeletTls == null) {
      throw ApiException.serviceUnavailable("this server has no certificate for kubelets");
    }
    return kubeletTls;
  }

  private static Response relayed(UpgradeClient.Response answer) {
    var headers =
        answer.headers().without("Connection", "Transfer-Encoding", "Content-Length", "Keep-Alive");
    return new Response.Streamed(
        answer.status(),
        headers,
        out -> {
          try (var stream = answer.stream()) {
            copy(stream.input(), out);
          } catch (PeerGoneException _) {
            // Nobody listens any more.
          }
        });
  }

  private static void copy(InputStream in, java.io.OutputStream out) throws IOException {
    var buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      out.flush(); // Followed logs must not wait for the buffer to fill.
    }
  }
}
