package io.kubejar.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.http.ServerOptions.Limits;
import io.kubejar.http.ServerOptions.Timeouts;
import io.kubejar.http.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a peer sees that does odd things, byte by byte.
@Timeout(60)
class BoundsTest {
  private static final Duration SOON = Duration.ofMillis(300);
  private static final Timeouts SHORT = new Timeouts(SOON, SOON, SOON, SOON, SOON);

  private static final HttpHandler ECHO =
      exchange ->
          exchange.reply(
              200,
              "text/plain",
              exchange.rawPath() + ":" + new String(exchange.body().readAllBytes(), UTF_8));

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    try (var server = TestServer.http(options -> options, ECHO)) {
      var answer =
          exchange(
              server,
              "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                  + "POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
                  + "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

      assertThat(bodies(answer)).containsExactly("/1:abc", "/2:def", "/3:");
    }
  }

  @Test
  void answersAPeerThatEndsItsSideAfterTheRequest() throws Exception {
    try (var server = TestServer.http(options -> options, ECHO);
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write("GET /half HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      socket.shutdownOutput();

      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).endsWith("/half:");
    }
  }

  @Test
  void sendsNoBodyToAHead() throws Exception {
    try (var server = TestServer.http(options -> options, ECHO)) {
      var answer = exchange(server, "HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 200").containsIgnoringCase("content-length: 3");
      assertThat(answer).endsWith("\r\n\r\n");
    }
  }

  @Test
  void endsAStreamByClosingForOldClients() throws Exception {
    HttpHandler stream =
        exchange -> {
          try (var out = exchange.stream(200, Headers.EMPTY)) {
            out.write("streamed".getBytes(UTF_8));
          }
        };
    try (var server = TestServer.http(options -> options, stream)) {
      var answer = exchange(server, "GET / HTTP/1.0\r\n\r\n");

      assertThat(answer).doesNotContainIgnoringCase("chunked").endsWith("\r\n\r\nstreamed");
    }
  }

  @Test
  void asksForABodyOnlyWhenTheHandlerWantsIt() throws Exception {
    HttpHandler picky =
        exchange -> {
          if (exchange.rawPath().equals("/no")) {
            exchange.reply(403, "text/plain", "no");
          } else {
            ECHO.handle(exchange);
          }
        };
    var head = " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    try (var server = TestServer.http(options -> options, picky);
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(("POST /yes" + head).getBytes(UTF_8));
      var proceed = new String(socket.getInputStream().readNBytes(25), UTF_8);
      assertThat(proceed).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      socket.getOutputStream().write("ok".getBytes(UTF_8));
      socket.getOutputStream().write(("POST /no" + head).getBytes(UTF_8));
      var rest = new String(socket.getInputStream().readAllBytes(), UTF_8);

      assertThat(rest).contains("/yes:ok", " 403 ").doesNotContain(" 100 ");
    }
  }

  @Test
  void refusesHeadsThatAreTooLongOrMalformed() throws Exception {
    var small = new Limits(10, 10, 8 << 10, 1 << 20, 1 << 16, 100);
    try (var server = TestServer.http(options -> options.withLimits(small), ECHO)) {
      assertThat(exchange(server, "GET / HTTP/1.1\r\nX: " + "x".repeat(9000) + "\r\n\r\n"))
          .startsWith("HTTP/1.1 431");
      assertThat(exchange(server, "GET /" + "x".repeat(9000) + " HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 414");
      assertThat(exchange(server, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
      assertThat(exchange(server, "GET / HTTP/1.1\r\nX y: 1\r\n\r\n")).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void takesHeadersOf64Kilobytes() throws Exception {
    try (var server = TestServer.http(options -> options, ECHO)) {
      var head = "GET /big HTTP/1.1\r\nConnection: close\r\nX: " + "x".repeat(65_536) + "\r\n\r\n";

      assertThat(exchange(server, head)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void closesConnectionsThatSendNothing() throws Exception {
    try (var server = TestServer.http(options -> options.withTimeouts(SHORT), ECHO)) {
      assertThat(exchange(server, "")).isEmpty();
    }
    try (var server = TestServer.https(options -> options.withTimeouts(SHORT), ECHO)) {
      assertThat(exchange(server, "")).isEmpty(); // Not even a handshake.
    }
  }

  @Test
  void givesUpOnHeadsAndBodiesThatTrickle() throws Exception {
    try (var server = TestServer.http(options -> options.withTimeouts(SHORT), ECHO)) {
      assertThat(exchange(server, "GET / HTTP/1.1\r\nHost: x\r\n")).startsWith("HTTP/1.1 408");
      assertThat(exchange(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"))
          .isEmpty();
    }
  }

  @Test
  void boundsTheNumberOfConnections() throws Exception {
    var two = new Limits(2, 10, 8 << 10, 1 << 20, 1 << 16, 100);
    try (var server = TestServer.http(options -> options.withLimits(two), ECHO);
        var second = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      try (var first = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        assertThat(ask(first)).contains(" 200 ");
        assertThat(ask(second)).contains(" 200 ");
        try (var third = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          assertThat(third.getInputStream().read()).isEqualTo(-1);
        }
      }
      String answer;
      do {
        answer = exchange(server, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
      } while (answer.isEmpty()); // The server has not noticed the close yet.
      assertThat(answer).contains(" 200 ");
    }
  }

  @Test
  void refusesStreamsThatOnlyPileUpWork() throws Exception {
    var few = new Limits(10, 5, 8 << 10, 1 << 20, 1 << 16, 10_000);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var release = new CountDownLatch(1);
    HttpHandler stubborn =
        exchange -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          release.await(); // Does not care that it was cancelled.
          running.decrementAndGet();
        };
    try (var server = TestServer.https(options -> options.withLimits(few), stubborn);
        var client = TestServer.client(HttpClient.Version.HTTP_2, null)) {
      int refused = 0;
      for (int i = 0; i < 1000 && refused == 0; i++) {
        var request = server.request("/").build();
        var answer = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
          answer.get(50, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          answer.cancel(true);
        } catch (ExecutionException e) {
          refused++;
        }
      }
      assertThat(refused).isPositive();
      assertThat(most.get()).isBetween(5, 10);
      release.countDown();
    }
  }

  @Test
  void speaksWithCurl(@TempDir Path directory) throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "curl"))),
        "curl is not installed");
    var authority = directory.resolve("ca.pem");
    Files.writeString(authority, Pem.encode(List.of(TestServer.AUTHORITY.certificate())));
    try (var server = TestServer.https(options -> options, ECHO)) {
      for (var version : Arrays.asList("--http1.1", "--http2")) {
        var process =
            new ProcessBuilder(
                    "curl",
                    "-sS",
                    version,
                    "--cacert",
                    authority.toString(),
                    "-d",
                    "from curl",
                    "-w",
                    " %{http_version}",
                    server.uri("/x").toString())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).isEqualTo("/x:from curl " + (version.equals("--http2") ? "2" : "1.1"));
      }
    }
  }

  private static String ask(Socket socket) throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
    var answer = new byte[1024];
    return new String(answer, 0, Math.max(0, socket.getInputStream().read(answer)), UTF_8);
  }

  /// Sends bytes and reads until the server closes.
  private static String exchange(TestServer server, String bytes) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(bytes.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static String[] bodies(String answers) {
    return Arrays.stream(answers.split("HTTP/1.1 200 OK", -1))
        .skip(1)
        .map(answer -> answer.substring(answer.indexOf("\r\n\r\n") + 4))
        .toArray(String[]::new);
  }
}
