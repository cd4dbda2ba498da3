package io.kubejar.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HttpServerTest {
  @ParameterizedTest
  @EnumSource(Version.class)
  void answersWithWhatTheHandlerReplies(Version version) throws Exception {
    HttpHandler echo =
        exchange -> {
          var body = new String(exchange.body().readAllBytes(), UTF_8);
          var text =
              String.join(
                  " ",
                  exchange.method(),
                  exchange.rawPath(),
                  exchange.rawQuery(),
                  exchange.headers().firstOr("X-Asked", "-"),
                  String.valueOf(exchange.http2()),
                  body);
          exchange.reply(201, Headers.of("X-Answered", "yes"), text.getBytes(UTF_8));
        };
    try (var server = TestServer.https(echo);
        var client = TestServer.client(version, null)) {
      for (int i = 0; i < 3; i++) {
        var request =
            server
                .request("/a%20b/c?x=1&y=%2F")
                .header("X-Asked", "hello")
                .POST(HttpRequest.BodyPublishers.ofString("body" + i));
        var response = client.send(request.build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("x-answered")).contains("yes");
        assertThat(response.body())
            .isEqualTo(
                "POST /a%20b/c x=1&y=%2F hello " + (version == Version.HTTP_2) + " body" + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void carriesLargeBodiesBothWays(Version version) throws Exception {
    HttpHandler echo =
        exchange -> exchange.reply(200, Headers.EMPTY, exchange.body().readAllBytes());
    var big = new byte[2_500_000];
    for (int i = 0; i < big.length; i++) {
      big[i] = (byte) (i * 31);
    }
    try (var server = TestServer.https(echo);
        var client = TestServer.client(version, null)) {
      var request = server.request("/").POST(HttpRequest.BodyPublishers.ofByteArray(big)).build();

      assertThat(client.send(request, BodyHandlers.ofByteArray()).body()).isEqualTo(big);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void streamsEachEventWhenItIsFlushed(Version version) throws Exception {
    var next = new CountDownLatch(1);
    HttpHandler watch =
        exchange -> {
          try (var stream = exchange.stream(200, Headers.of("Content-Type", "text/plain"))) {
            stream.write("first\n".getBytes(UTF_8));
            stream.flush();
            next.await();
            stream.write("second\n".getBytes(UTF_8));
          }
        };
    try (var server = TestServer.https(watch);
        var client = TestServer.client(version, null)) {
      var response = client.send(server.request("/").build(), BodyHandlers.ofInputStream());
      try (var lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
        assertThat(lines.readLine()).isEqualTo("first");
        next.countDown();
        assertThat(lines.readLine()).isEqualTo("second");
        assertThat(lines.readLine()).isNull();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void wakesTheHandlerWhenTheClientGivesUp(Version version) throws Exception {
    var cancelled = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    HttpHandler watch =
        exchange -> {
          exchange.onCancel(cancelled::countDown);
          var stream = exchange.stream(200, Headers.EMPTY);
          stream.write("hello".getBytes(UTF_8));
          stream.flush();
          cancelled.await();
          ended.countDown();
        };
    try (var server = TestServer.https(watch);
        var client = TestServer.client(version, null)) {
      var response = client.send(server.request("/").build(), BodyHandlers.ofInputStream());
      assertThat(response.body().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
      response.body().close();

      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void keepsSiblingStreamsThroughAThousandQuickCancels() throws Exception {
    var tick = new CountDownLatch(1);
    HttpHandler handler =
        exchange -> {
          var gone = new CountDownLatch(1);
          exchange.onCancel(gone::countDown);
          var stream = exchange.stream(200, Headers.EMPTY);
          stream.write('1');
          stream.flush();
          if (exchange.rawPath().equals("/long")) {
            tick.await();
            stream.write('2');
          } else {
            gone.await();
          }
        };
    try (var server = TestServer.https(handler);
        var client = TestServer.client(Version.HTTP_2, null)) {
      var sibling = client.send(server.request("/long").build(), BodyHandlers.ofInputStream());
      assertThat(sibling.body().read()).isEqualTo('1');
      for (int i = 0; i < 1000; i++) {
        var quick = client.send(server.request("/quick").build(), BodyHandlers.ofInputStream());
        quick.body().close();
      }
      tick.countDown();

      assertThat(sibling.body().read()).isEqualTo('2');
      assertThat(sibling.body().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void refusesBodiesBeyondTheLimit(Version version) throws Exception {
    HttpHandler handler =
        exchange -> {
          exchange.body().readAllBytes();
          exchange.reply(200, "text/plain", "too lenient");
        };
    try (var server = TestServer.https(handler);
        var client = TestServer.client(version, null)) {
      var request =
          server.request("/").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[4 << 20]));

      assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void answersForHandlersThatFailOrStaySilent(Version version) throws Exception {
    HttpHandler handler =
        exchange -> {
          if (exchange.rawPath().equals("/fails")) {
            throw new IllegalStateException("on purpose");
          }
        };
    try (var server = TestServer.https(handler);
        var client = TestServer.client(version, null)) {
      for (var path : new String[] {"/fails", "/silent", "/fails"}) {
        var response = client.send(server.request(path).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(500);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void showsThatAnAnswerIsIncomplete(Version version) throws Exception {
    HttpHandler handler =
        exchange -> {
          var stream = exchange.stream(200, Headers.EMPTY);
          stream.write("half".getBytes(UTF_8));
          stream.flush();
          throw new IllegalStateException("on purpose");
        };
    try (var server = TestServer.https(handler);
        var client = TestServer.client(version, null)) {
      assertThatThrownBy(() -> client.send(server.request("/").build(), BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void blocksTheWriterWhileThePeerDoesNotRead(Version version) throws Exception {
    var written = new AtomicInteger();
    var ended = new CompletableFuture<Throwable>();
    HttpHandler handler =
        exchange -> {
          try {
            var stream = exchange.stream(200, Headers.EMPTY);
            var megabyte = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
              stream.writeShared(megabyte);
              written.incrementAndGet();
            }
          } catch (IOException e) {
            ended.complete(e);
            throw e;
          }
        };
    try (var server = TestServer.https(handler);
        var client = TestServer.client(version, null)) {
      var response = client.send(server.request("/").build(), BodyHandlers.ofInputStream());
      assertThat(response.body().readNBytes(1 << 20)).hasSize(1 << 20);
      int before;
      do {
        before = written.get();
        new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
      } while (written.get() != before);
      assertThat(before).isLessThan(100);
      response.body().close();

      assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(PeerGoneException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void showsOnlyTrustedClientCertificates(Version version) throws Exception {
    HttpHandler whoAmI =
        exchange ->
            exchange.reply(
                200,
                "text/plain",
                exchange.peerCertificates().stream()
                    .findFirst()
                    .map(leaf -> leaf.getSubjectX500Principal().getName())
                    .orElse("nobody"));
    var spec = CertificateSpec.client("alice", "devs", "ops");
    var trusted = TestServer.AUTHORITY.issue(spec);
    var stranger = CertificateAuthority.create("stranger", Clock.systemUTC()).issue(spec);
    try (var server = TestServer.https(whoAmI)) {
      try (var client = TestServer.client(version, trusted)) {
        assertThat(get(client, server)).isEqualTo("CN=alice,O=ops,O=devs");
      }
      try (var client = TestServer.client(version, stranger)) {
        assertThat(get(client, server)).isEqualTo("nobody");
      }
      try (var client = TestServer.client(version, null)) {
        assertThat(get(client, server)).isEqualTo("nobody");
      }
    }
  }

  @Test
  void usesReplacedCertificatesForNewConnections() throws Exception {
    HttpHandler handler = exchange -> exchange.reply(200, "text/plain", "ok");
    try (var server = TestServer.https(handler);
        var before = TestServer.client(Version.HTTP_2, null);
        var after = TestServer.client(Version.HTTP_2, null)) {
      assertThat(get(before, server)).isEqualTo("ok");
      var stranger = CertificateAuthority.create("stranger", Clock.systemUTC());
      server.tls.replace(TestServer.serverMaterial(stranger));

      assertThat(get(before, server)).as("connection of before").isEqualTo("ok");
      assertThatThrownBy(() -> get(after, server)).isInstanceOf(IOException.class);

      server.tls.replace(TestServer.serverMaterial(TestServer.AUTHORITY));
      assertThat(get(after, server)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void letsRunningRequestsEndWhenDrained(Version version) throws Exception {
    var started = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    HttpHandler handler =
        exchange -> {
          started.countDown();
          go.await();
          exchange.reply(200, "text/plain", "done");
        };
    try (var server = TestServer.https(handler);
        var client = TestServer.client(version, null)) {
      var answer = client.sendAsync(server.request("/").build(), BodyHandlers.ofString());
      started.await();
      var drained = new CountDownLatch(1);
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  server.server.drain(Duration.ofSeconds(20));
                  drained.countDown();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      assertThat(drained.await(300, TimeUnit.MILLISECONDS)).isFalse();
      go.countDown();

      assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("done");
      assertThat(drained.await(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> get(client, server)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void endsStreamsInGoodOrderWhenDrained(Version version) throws Exception {
    var drained = new CountDownLatch(1);
    HttpHandler watch =
        exchange -> {
          exchange.onCancel(drained::countDown);
          try (var stream = exchange.stream(200, Headers.EMPTY)) {
            stream.flush();
            drained.await();
            stream.write("bye".getBytes(UTF_8));
          }
        };
    try (var server = TestServer.https(watch);
        var client = TestServer.client(version, null)) {
      var response = client.send(server.request("/").build(), BodyHandlers.ofInputStream());
      server.server.drain(Duration.ofSeconds(20));

      assertThat(response.body().readAllBytes()).isEqualTo("bye".getBytes(UTF_8));
    }
  }

  @Test
  void cancelsWhatDoesNotEndWhileDraining() throws Exception {
    var started = new CountDownLatch(1);
    var cancelled = new CountDownLatch(1);
    HttpHandler slow =
        exchange -> {
          exchange.onCancel(cancelled::countDown);
          started.countDown();
          cancelled.await();
        };
    try (var server = TestServer.https(slow);
        var client = TestServer.client(Version.HTTP_2, null)) {
      var answer = client.sendAsync(server.request("/").build(), BodyHandlers.discarding());
      started.await();
      assertThat(cancelled.await(100, TimeUnit.MILLISECONDS)).isFalse();
      server.server.drain(Duration.ofMillis(100));

      assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void saysSoWhenThePortIsTaken() throws Exception {
    HttpHandler handler = exchange -> exchange.reply(200, "text/plain", "ok");
    try (var server = TestServer.https(handler)) {
      var taken = ServerOptions.http(ServerOptions.loopback(server.port()));

      assertThatThrownBy(() -> HttpServer.start(taken, handler))
          .isInstanceOf(BindException.class)
          .hasMessageContaining(String.valueOf(server.port()));
    }
  }

  private static String get(HttpClient client, TestServer server)
      throws IOException, InterruptedException {
    return client.send(server.request("/").build(), BodyHandlers.ofString()).body();
  }
}
