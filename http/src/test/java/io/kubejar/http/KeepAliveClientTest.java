package io.kubejar.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class KeepAliveClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final KeepAliveClient.Bounds BOUNDS =
      new KeepAliveClient.Bounds(1 << 10, 4, 2, Duration.ofSeconds(90));
  private static final TlsSource TRUST =
      TlsSource.fixed(new TlsMaterial(null, List.of(TestServer.AUTHORITY.certificate())));

  @Test
  void sendsRequestsOneAfterAnotherOverOneConnection() throws IOException {
    var ports = new ConcurrentLinkedQueue<Integer>();
    try (var client = new KeepAliveClient(BOUNDS, Clock.systemUTC());
        var server =
            TestServer.https(
                exchange -> {
                  ports.add(exchange.peer().getPort());
                  exchange.reply(200, Headers.EMPTY, exchange.body().readAllBytes());
                })) {
      var target = target(server);

      assertThat(text(client.call(target, post(), bytes("one")).answer())).isEqualTo("one");
      assertThat(text(client.call(target, post(), bytes("two")).answer())).isEqualTo("two");

      assertThat(ports).hasSize(2);
      assertThat(ports.stream().distinct()).hasSize(1);
    }
  }

  @Test
  void connectsAnewWhenTheKeptConnectionIsDead() throws IOException, InterruptedException {
    try (var client = new KeepAliveClient(BOUNDS, Clock.systemUTC());
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

      assertThat(text(client.call(target, post(), bytes("x")).answer())).isEqualTo("first");
      assertThat(text(client.call(target, post(), bytes("x")).answer())).isEqualTo("second");
      peer.join();
    }
  }

  @Test
  void refusesAnswersBeyondTheBound() throws IOException {
    try (var client = new KeepAliveClient(BOUNDS, Clock.systemUTC());
        var server =
            TestServer.https(exchange -> exchange.reply(200, Headers.EMPTY, new byte[1025]))) {
      var call = client.call(target(server), post(), bytes("x"));

      assertThatThrownBy(call::answer).hasMessage("the answer is larger than 1024 bytes");
    }
  }

  @Test
  void stopsWaitingWhenAborted() throws IOException, InterruptedException {
    var arrived = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    try (var client = new KeepAliveClient(BOUNDS, Clock.systemUTC());
        var server =
            TestServer.https(
                exchange -> {
                  exchange.onCancel(over::countDown);
                  arrived.countDown();
                  over.await();
                })) {
      var call = client.call(target(server), post(), bytes("x"));
      var aborting =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      arrived.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    call.abort();
                  });

      assertThatThrownBy(call::answer).isInstanceOf(InterruptedIOException.class);
      aborting.join();
      over.await();
    }
  }

  @Test
  void neverConnectsForACallThatWasAbortedBefore() throws IOException {
    try (var client = new KeepAliveClient(BOUNDS, Clock.systemUTC());
        var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var target =
          UpgradeClient.Target.plain(
              (InetSocketAddress) listener.getLocalSocketAddress(), PATIENCE);
      var call = client.call(target, post(), bytes("x"));

      call.abort();

      assertThatThrownBy(call::answer).isInstanceOf(InterruptedIOException.class);
    }
  }

  /// Answers one request as if the connection would stay open, and closes it.
  private static void answerOnce(ServerSocket listener, String text) {
    try (var socket = listener.accept()) {
      var input = socket.getInputStream();
      var request = new StringBuilder();
      while (!request.toString().endsWith("\r\n\r\nx")) {
        request.append((char) input.read());
      }
      var answer = "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
      socket.getOutputStream().write(bytes(answer));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static UpgradeClient.Target target(TestServer server) {
    return UpgradeClient.Target.tls(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
        TRUST,
        "localhost",
        PATIENCE);
  }

  private static UpgradeClient.Request post() {
    return new UpgradeClient.Request("POST", "/", Headers.EMPTY);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(KeepAliveClient.Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
