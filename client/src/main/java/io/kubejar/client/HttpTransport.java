package io.kubejar.client;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/// Requests and their answers as bytes. A busy server's wish to be asked later is followed here.
final class HttpTransport implements AutoCloseable {
  static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
  static final int TRIES_MAX = 10;
  private static final long RETRY_SECONDS_MAX = 60;

  private final ServerAccess access;
  private final Clock clock;
  private final HttpClient requests;

  /// Watches have connections of their own: an HTTP/2 server limits the streams of one, and a
  /// hundred watches must not keep a request from being sent.
  private final HttpClient streams;

  HttpTransport(ServerAccess access, Clock clock) {
    this.access = access;
    this.clock = clock;
    requests = newClient();
    streams = newClient();
  }

  private HttpClient newClient() {
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_WITHIN);
    var tls = access.tls();
    return (tls == null ? builder : builder.sslContext(tls)).build();
  }

  /// Sends the request and gives the body of a good answer.
  byte[] call(Call call) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      var answer = send(call);
      if (isGood(answer.statusCode())) {
        return answer.body();
      }
      var retryAfter = retryAfterSeconds(answer);
      if (retryAfter.isEmpty() || tries == TRIES_MAX) {
        throw Refusals.answered(answer.statusCode(), answer.body());
      }
      pause(Duration.ofSeconds(Math.min(retryAfter.getAsLong(), RETRY_SECONDS_MAX)));
    }
  }

  /// Opens a stream, such as a watch.
  InputStream open(String path) throws InterruptedException {
    var request = request(new Call("GET", path, "", Bytes.EMPTY)).build();
    try {
      var answer = streams.send(request, BodyHandlers.ofInputStream());
      if (isGood(answer.statusCode())) {
        return answer.body();
      }
      try (var body = answer.body()) {
        throw Refusals.answered(answer.statusCode(), body.readAllBytes());
      }
    } catch (IOException lost) {
      throw Refusals.unreachable("GET " + path, lost);
    }
  }

  @Override
  public void close() {
    requests.shutdownNow();
    streams.shutdownNow();
  }

  private HttpResponse<byte[]> send(Call call) throws InterruptedException {
    var request = request(call).timeout(ANSWER_WITHIN).build();
    try {
      return requests.send(request, BodyHandlers.ofByteArray());
    } catch (IOException lost) {
      throw Refusals.unreachable(call.method() + " " + call.path(), lost);
    }
  }

  private HttpRequest.Builder request(Call call) {
    var base = access.server().toString();
    var uri =
        URI.create(
            (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + call.path());
    var builder =
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/json, */*")
            .header("User-Agent", access.userAgent())
            .method(
                call.method(),
                call.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(call.body().toArray()));
    if (!call.body().isEmpty()) {
      builder.header("Content-Type", call.mediaType());
    }
    access
        .bearerToken()
        .get()
        .ifPresent(token -> builder.header("Authorization", "Bearer " + token));
    return builder;
  }

  private void pause(Duration time) throws InterruptedException {
    var over = new CountDownLatch(1);
    clock.schedule(time, over::countDown);
    over.await();
  }

  private static boolean isGood(int code) {
    return code >= 200 && code < 300;
  }

  private static OptionalLong retryAfterSeconds(HttpResponse<?> answer) {
    int code = answer.statusCode();
    if (code != 429 && code < 500) {
      return OptionalLong.empty();
    }
    var text = answer.headers().firstValue("Retry-After").orElse("");
    return text.matches("\\d{1,9}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /// One request. Without a body the media type means nothing.
  record Call(String method, String path, String mediaType, Bytes body) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }
}
