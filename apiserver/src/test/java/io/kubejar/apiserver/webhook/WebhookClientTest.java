package io.kubejar.apiserver.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.http.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WebhookClientTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final ServiceResolver NO_SERVICES =
      (_, name, _) -> {
        throw ApiException.serviceUnavailable(
            "no endpoints available for service \"" + name + "\"");
      };

  private final VirtualClock clock = new VirtualClock();

  @Test
  void callsAServiceUnderItsClusterName() throws Exception {
    var heard = new AtomicReference<String>();
    try (var server =
            WebhookServer.serving(
                exchange -> {
                  heard.set(
                      exchange.headers().firstOr("Host", "")
                          + exchange.rawPath()
                          + "?"
                          + exchange.rawQuery());
                  exchange.reply(200, Headers.EMPTY, exchange.body().readAllBytes());
                });
        var client = client((_, _, _) -> server.address())) {
      var target =
          new WebhookTarget.OfService("default", "hook", 8443, "/ask", WebhookServer.caBundle());

      assertThat(client.post(target, bytes("{}"), TEN_SECONDS)).isEqualTo(bytes("{}"));

      assertThat(heard).hasValue("hook.default.svc:8443/ask?timeout=10s");
    }
  }

  @Test
  void believesOnlyCertificatesWithTheNameOfTheService() throws Exception {
    try (var server = echo();
        var client = client((_, _, _) -> server.address())) {
      var target =
          new WebhookTarget.OfService("default", "other", 443, "", WebhookServer.caBundle());

      assertThat(failure(client, target))
          .hasMessageStartingWith(
              "Post \"https://other.default.svc:443/?timeout=10s\": tls: failed to verify"
                  + " certificate: x509: ");
    }
  }

  @Test
  void believesOnlyTheAuthoritiesOfTheBundle() throws Exception {
    try (var server = echo();
        var client = client(NO_SERVICES)) {
      var target = new WebhookTarget.OfUrl(server.url("/ask"), Bytes.EMPTY);

      assertThat(failure(client, target))
          .hasMessage(
              "Post \""
                  + server.url("/ask")
                  + "?timeout=10s\": tls: failed to verify certificate: x509: certificate signed"
                  + " by unknown authority");
    }
  }

  @Test
  void saysThatNobodyAnswersForTheService() throws IOException {
    try (var client = client(NO_SERVICES)) {
      var target = new WebhookTarget.OfService("default", "hook", 443, "", Bytes.EMPTY);

      assertThat(failure(client, target))
          .hasMessage(
              "Post \"https://hook.default.svc:443/?timeout=10s\": no endpoints available for"
                  + " service \"hook\"");
    }
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    InetSocketAddress gone;
    try (var server = echo()) {
      gone = server.address();
    }
    try (var client = client((_, _, _) -> gone)) {
      var target =
          new WebhookTarget.OfService("default", "hook", 443, "", WebhookServer.caBundle());

      assertThat(failure(client, target))
          .hasMessageEndingWith(
              "dial tcp 127.0.0.1:" + gone.getPort() + ": connect: connection refused");
    }
  }

  @Test
  void givesUpWhenTheTimeIsOver() throws Exception {
    var arrived = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    try (var server =
            WebhookServer.serving(
                exchange -> {
                  exchange.onCancel(over::countDown);
                  arrived.countDown();
                  over.await();
                });
        var client = client(NO_SERVICES)) {
      var target = new WebhookTarget.OfUrl(server.url("/"), WebhookServer.caBundle());
      var moving = Thread.ofVirtual().start(() -> moveOnceArrived(arrived));

      assertThat(failure(client, target)).hasMessageEndingWith(": context deadline exceeded");
      moving.join();
      over.await();
    }
  }

  private void moveOnceArrived(CountDownLatch arrived) {
    try {
      arrived.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    clock.advance(TEN_SECONDS);
  }

  @Test
  void passesOnWhatTheWebhookSaysWentWrong() throws IOException {
    var status =
        """
        {"kind":"Status","apiVersion":"v1","status":"Failure","message":"no more","code":429}\
        """;
    try (var server =
            WebhookServer.serving(exchange -> exchange.reply(429, "application/json", status));
        var client = client(NO_SERVICES)) {
      var target = new WebhookTarget.OfUrl(server.url("/"), WebhookServer.caBundle());

      var failure = failure(client, target);

      assertThat(failure).hasMessage("no more");
      assertThat(failure.answer().map(ApiException::code)).hasValue(429);
    }
  }

  @Test
  void explainsHttpErrorsWithoutAStatus() throws IOException {
    try (var server = WebhookServer.serving(exchange -> exchange.reply(404, "text/plain", "?"));
        var client = client(NO_SERVICES)) {
      var target = new WebhookTarget.OfUrl(server.url("/"), WebhookServer.caBundle());

      assertThat(failure(client, target))
          .hasMessage("the server could not find the requested resource");
    }
  }

  private WebhookClient client(ServiceResolver services) {
    return new WebhookClient(services, clock);
  }

  private static WebhookServer echo() throws IOException {
    return WebhookServer.serving(
        exchange -> exchange.reply(200, Headers.EMPTY, exchange.body().readAllBytes()));
  }

  private static WebhookFailure failure(WebhookClient client, WebhookTarget target) {
    return catchThrowableOfType(
        WebhookFailure.class, () -> client.post(target, bytes("{}"), TEN_SECONDS));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
