package io.kubejar.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class ForwardClientTest {
  private static final IdleConnections.Bounds BOUNDS =
      new IdleConnections.Bounds(10, 10, Duration.ofMinutes(1));
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final IdleConnections kept = new IdleConnections(BOUNDS, Clock.systemUTC());
  private final ConcurrentLinkedQueue<Integer> ports = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<DuplexStream> opened = new ConcurrentLinkedQueue<>();

  private UpgradeClient.Response send(
      UpgradeClient.Target target, String method, Headers headers, String body) throws IOException {
    return ForwardClient.send(
        target,
        new UpgradeClient.Request(method, "/", headers),
        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
        opened::add,
        PATIENCE,
        kept);
  }

  private String get(UpgradeClient.Target target) throws IOException {
    var answer = send(target, "GET", Headers.EMPTY, "");
    try (var stream = answer.stream()) {
      return text(stream.input());
    }
  }

  private static String text(InputStream body) throws IOException {
    return new String(body.readAllBytes(), StandardCharsets.UTF_8);
  }

  private TestServer server() throws IOException {
    return TestServer.https(
        exchange -> {
          ports.add(exchange.peer().getPort());
          exchange.reply(200, Headers.EMPTY, "hello".getBytes(StandardCharsets.UTF_8));
        });
  }

  private static UpgradeClient.Target target(TestServer server) {
    var tls = TlsSource.fixed(new TlsMaterial(null, List.of(TestServer.AUTHORITY.certificate())));
    return UpgradeClient.Target.tls(server.server.address(), tls, "localhost", PATIENCE);
  }

  @Test
  void usesAConnectionAgainWhoseAnswerWasReadToItsEnd() throws IOException {
    try (var server = server();
        kept) {
      var target = target(server);
      assertThat(get(target)).isEqualTo("hello");
      // Whoever had it before has no power over it any more.
      opened.forEach(DuplexStream::close);
      assertThat(get(target)).isEqualTo("hello");

      assertThat(ports.stream().distinct()).hasSize(1);
    }
  }

  @Test
  void usesNoConnectionAgainWhoseAnswerNobodyRead() throws IOException {
    try (var server = server();
        kept) {
      var target = target(server);
      send(target, "GET", Headers.EMPTY, "").stream().close();
      assertThat(get(target)).isEqualTo("hello");

      assertThat(ports.stream().distinct()).hasSize(2);
    }
  }

  @Test
  void connectsAnewForOtherCertificates() throws IOException {
    try (var server = server();
        kept) {
      assertThat(get(target(server))).isEqualTo("hello");
      assertThat(get(target(server))).isEqualTo("hello");

      assertThat(ports.stream().distinct()).hasSize(2);
    }
  }

  @Test
  void sendsWhatMustNotArriveTwiceOnlyOverNewConnections() throws IOException {
    try (var server = server();
        kept) {
      var target = target(server);
      get(target);
      try (var stream = send(target, "POST", Headers.of("Content-Length", "1"), "x").stream()) {
        assertThat(text(stream.input())).isEqualTo("hello");
      }
      try (var stream = send(target, "DELETE", Headers.EMPTY, "").stream()) {
        assertThat(text(stream.input())).isEqualTo("hello");
      }

      assertThat(ports.stream().distinct()).hasSize(3);
    }
  }

  @Test
  void connectsAnewWhenTheKeptConnectionIsDead() throws Exception {
    try (kept;
        var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var peer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    answerOnce(listener, "first");
                    answerOnce(listener, "second");
                  });
      var target =
          UpgradeClient.Target.plain(
              (InetSocketAddress) listener.getLocalSocketAddress(), PATIENCE);

      assertThat(get(target)).isEqualTo("first");
      assertThat(get(target)).isEqualTo("second");
      peer.join();
    }
  }

  /// Promises to stay, and goes.
  private static void answerOnce(ServerSocket listener, String body) {
    try (var socket = listener.accept()) {
      var in = socket.getInputStream();
      for (int last = 0, b = in.read(); b >= 0; b = in.read()) {
        last = b == '\n' ? last + 1 : b == '\r' ? last : 0;
        if (last == 2) {
          break;
        }
      }
      var answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
