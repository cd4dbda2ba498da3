package io.kubejar.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UpgradeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Headers TO_SPDY = Headers.of("Connection", "Upgrade", "Upgrade", "SPDY/3.1");

  /// Sends back what comes, in upper case, and ends when the peer ends.
  private static final HttpHandler SHOUT =
      exchange -> {
        assertThat(exchange.isUpgrade()).isTrue();
        try (var stream = exchange.upgrade(TO_SPDY)) {
          shout(stream);
          stream.output().write("BYE".getBytes(UTF_8)); // Our direction outlives theirs.
        }
      };

  @Test
  void carriesRawBytesBothWaysOverTls() throws Exception {
    assumeTrue(!OpenSsl.isAvailable(), "tcnative ends both directions of TLS at once");
    try (var server = TestServer.https(SHOUT)) {
      var response = UpgradeClient.send(target(server), request());
      assertThat(response.status()).isEqualTo(101);
      assertThat(response.headers().first("upgrade")).contains("SPDY/3.1");
      try (var stream = response.stream()) {
        stream.output().write("hello".getBytes(UTF_8));
        assertThat(stream.input().readNBytes(5)).isEqualTo("HELLO".getBytes(UTF_8));
        stream.closeOutput();
        assertThat(stream.input().readAllBytes()).isEqualTo("BYE".getBytes(UTF_8));
      }
    }
  }

  @Test
  void carriesRawBytesBothWaysInPlainText() throws Exception {
    try (var server = TestServer.http(options -> options, SHOUT)) {
      var target = UpgradeClient.Target.plain(ServerOptions.loopback(server.port()), PATIENCE);
      var response = UpgradeClient.send(target, request());
      try (var stream = response.stream()) {
        stream.output().write("hello".getBytes(UTF_8));
        assertThat(stream.input().readNBytes(5)).isEqualTo("HELLO".getBytes(UTF_8));
        stream.closeOutput();
        assertThat(stream.input().readAllBytes()).isEqualTo("BYE".getBytes(UTF_8));
      }
    }
  }

  @Test
  void handsBytesThatCameBeforeThe101ToTheNewProtocol() throws Exception {
    var sent = new CountDownLatch(1);
    HttpHandler late =
        exchange -> {
          sent.await();
          SHOUT.handle(exchange);
        };
    try (var server = TestServer.https(late);
        var socket =
            TestServer.clientContext(null)
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port())) {
      var head =
          "POST /exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";
      socket.getOutputStream().write((head + "early").getBytes(UTF_8));
      socket.getOutputStream().write(" GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      sent.countDown();
      readHead(socket.getInputStream());

      assertThat(socket.getInputStream().readNBytes(24))
          .isEqualTo("EARLY GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
    }
  }

  @Test
  void relaysBetweenClientAndBackendWithHalfClose() throws Exception {
    assumeTrue(!OpenSsl.isAvailable(), "tcnative ends both directions of TLS at once");
    try (var backend = TestServer.https(SHOUT);
        var proxy =
            TestServer.https(
                exchange -> {
                  var back = UpgradeClient.send(target(backend), request());
                  Relay.run(exchange.upgrade(back.headers()), back.stream());
                })) {
      var response = UpgradeClient.send(target(proxy), request());
      try (var stream = response.stream()) {
        var big = "abcdefgh".repeat(200_000);
        var writer =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        stream.output().write(big.getBytes(UTF_8));
                        stream.closeOutput();
                      } catch (IOException e) {
                        throw new AssertionError(e);
                      }
                    });
        var all = new String(stream.input().readAllBytes(), UTF_8);
        writer.join();

        assertThat(all).isEqualTo(big.toUpperCase(Locale.ROOT) + "BYE");
      }
    }
  }

  @Test
  void closesTheBackendWhenTheClientGoesAway() throws Exception {
    var ended = new CountDownLatch(1);
    HttpHandler silent =
        exchange -> {
          try (var stream = exchange.upgrade(TO_SPDY)) {
            stream.input().transferTo(OutputStream.nullOutputStream());
          } finally {
            ended.countDown();
          }
        };
    try (var backend = TestServer.https(silent);
        var proxy =
            TestServer.https(
                exchange -> {
                  var back = UpgradeClient.send(target(backend), request());
                  Relay.run(exchange.upgrade(back.headers()), back.stream());
                })) {
      UpgradeClient.send(target(proxy), request()).stream().close();

      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void showsTheClientCertificateWhenDialing() throws Exception {
    HttpHandler whoAmI =
        exchange ->
            exchange.reply(
                200,
                "text/plain",
                exchange.peerCertificates().getFirst().getSubjectX500Principal().getName());
    var key = TestServer.AUTHORITY.issue(CertificateSpec.client("apiserver", "system:masters"));
    var tls = TlsSource.fixed(new TlsMaterial(key, List.of(TestServer.AUTHORITY.certificate())));
    try (var server = TestServer.https(whoAmI)) {
      var address = ServerOptions.loopback(server.port());
      var response =
          UpgradeClient.send(
              UpgradeClient.Target.tls(address, tls, "127.0.0.1", PATIENCE),
              new UpgradeClient.Request("GET", "/", Headers.EMPTY));

      assertThat(response.upgraded()).isFalse();
      assertThat(response.stream().input().readAllBytes())
          .isEqualTo("CN=apiserver,O=system:masters".getBytes(UTF_8));
      response.stream().close();
    }
  }

  @Test
  void refusesAPeerUnderAnotherName() throws Exception {
    try (var server = TestServer.https(SHOUT)) {
      var tls = TlsSource.fixed(new TlsMaterial(null, List.of(TestServer.AUTHORITY.certificate())));
      var target =
          UpgradeClient.Target.tls(
              ServerOptions.loopback(server.port()), tls, "other.example", PATIENCE);

      assertThatThrownBy(() -> UpgradeClient.send(target, request()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("other.example");
    }
  }

  @Test
  void takesTheFramingOffAStreamedAnswer() throws Exception {
    HttpHandler logs =
        exchange -> {
          var stream = exchange.stream(200, Headers.EMPTY);
          for (int i = 0; i < 3; i++) {
            stream.write(("line " + i + "\n").getBytes(UTF_8));
            stream.flush();
          }
        };
    try (var server = TestServer.https(logs)) {
      var response =
          UpgradeClient.send(
              target(server), new UpgradeClient.Request("GET", "/logs", Headers.EMPTY));
      try (var stream = response.stream()) {
        assertThat(new String(stream.input().readAllBytes(), UTF_8))
            .isEqualTo("line 0\nline 1\nline 2\n");
      }
    }
  }

  @Test
  void dialsUnixSockets(@TempDir Path directory) throws Exception {
    var path = UnixDomainSocketAddress.of(directory.resolve("sock"));
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(path);
      Thread.ofVirtual()
          .start(
              () -> {
                try (var channel = listener.accept()) {
                  readHead(Channels.newInputStream(channel));
                  Channels.newOutputStream(channel)
                      .write("HTTP/1.1 101 Ok\r\nUpgrade: tar\r\n\r\nraw".getBytes(UTF_8));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      var response = UpgradeClient.send(UpgradeClient.Target.plain(path, PATIENCE), request());

      assertThat(response.upgraded()).isTrue();
      assertThat(response.stream().input().readAllBytes()).isEqualTo("raw".getBytes(UTF_8));
    }
  }

  @Test
  void givesUpOnAPeerThatDoesNotAnswer() throws Exception {
    try (var silent = new ServerSocket(0)) {
      var target =
          UpgradeClient.Target.plain(
              ServerOptions.loopback(silent.getLocalPort()), Duration.ofMillis(200));

      assertThatThrownBy(() -> UpgradeClient.send(target, request()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no answer");
    }
  }

  @Test
  void echoesWebSocketMessages() throws Exception {
    HttpHandler echo =
        exchange -> {
          try (var webSocket = exchange.webSocket("v5.channel.k8s.io", Headers.EMPTY)) {
            for (var message = webSocket.receive();
                message.isPresent();
                message = webSocket.receive()) {
              webSocket.send(message.get());
            }
          }
        };
    try (var server = TestServer.https(echo);
        var client = TestServer.client(HttpClient.Version.HTTP_1_1, null)) {
      var received = new Received();
      var webSocket =
          client
              .newWebSocketBuilder()
              .subprotocols("v5.channel.k8s.io", "v4.channel.k8s.io")
              .buildAsync(URI.create("wss://127.0.0.1:" + server.port() + "/exec"), received)
              .get(10, TimeUnit.SECONDS);
      assertThat(webSocket.getSubprotocol()).isEqualTo("v5.channel.k8s.io");
      webSocket.sendText("hel", false).thenCompose(w -> w.sendText("lo", true)).join();
      assertThat(received.queue.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
      webSocket.sendPing(ByteBuffer.wrap(new byte[] {1})).join();
      assertThat(received.queue.poll(10, TimeUnit.SECONDS)).isEqualTo("pong");
      webSocket.sendClose(1000, "").join();
      assertThat(received.queue.poll(10, TimeUnit.SECONDS)).isEqualTo("close 1000");
    }
  }

  private static final class Received implements WebSocket.Listener {
    final BlockingQueue<String> queue = new ArrayBlockingQueue<>(10);

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      queue.add(data.toString());
      return WebSocket.Listener.super.onText(webSocket, data, last);
    }

    @Override
    public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
      queue.add("pong");
      return WebSocket.Listener.super.onPong(webSocket, message);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
      queue.add("close " + code);
      return WebSocket.Listener.super.onClose(webSocket, code, reason);
    }
  }

  private static UpgradeClient.Target target(TestServer server) {
    var tls = TlsSource.fixed(new TlsMaterial(null, List.of(TestServer.AUTHORITY.certificate())));
    return UpgradeClient.Target.tls(
        ServerOptions.loopback(server.port()), tls, "127.0.0.1", PATIENCE);
  }

  private static UpgradeClient.Request request() {
    return new UpgradeClient.Request("POST", "/exec?stdin=true", TO_SPDY);
  }

  private static void shout(DuplexStream stream) throws IOException {
    var buffer = new byte[4096];
    for (int read = stream.input().read(buffer); read >= 0; read = stream.input().read(buffer)) {
      var text = new String(buffer, 0, read, UTF_8).toUpperCase(Locale.ROOT);
      stream.output().write(text.getBytes(UTF_8));
    }
  }

  private static void readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      assertThat(b).isNotNegative();
      head.append((char) b);
    }
  }
}
