package io.kubejar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpHandler;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpApiClientTest {
  private static final ObjectKey KEY = new ObjectKey("default", "a");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void readsAnObjectFromItsPath() throws Exception {
    var client = client(exchange -> json(exchange, 200, ConfigMap.CODEC.toJson(map("1"))));

    assertThat(client.get(ConfigMap.RESOURCE, KEY)).isEqualTo(map("1"));
    assertThat(requests).containsExactly("GET /api/v1/namespaces/default/configmaps/a ");
  }

  @Test
  void asksForWhatTheOptionsSay() throws Exception {
    var client =
        client(exchange -> json(exchange, 200, "{\"metadata\":{\"resourceVersion\":\"9\"}}"));
    var list =
        client.list(
            ConfigMap.RESOURCE,
            ListOptions.ALL.withLabelSelector("a=b,c in (d)").withLimit(5).withContinueToken("t"));

    assertThat(list.resourceVersion()).isEqualTo("9");
    assertThat(requests)
        .containsExactly(
            "GET /api/v1/configmaps labelSelector=a%3Db%2Cc%20in%20%28d%29&limit=5&continue=t");
  }

  @Test
  void showsTheTokenOfTheMoment() throws Exception {
    var tokens = new CopyOnWriteArrayList<String>();
    var server =
        server(
            exchange -> {
              tokens.add(exchange.headers().firstOr("Authorization", ""));
              json(exchange, 200, ConfigMap.CODEC.toJson(map("1")));
            });
    var counter = new AtomicInteger();
    var access =
        ServerAccess.of(server, null, "test")
            .withBearerToken(() -> Optional.of("t" + counter.incrementAndGet()));
    var client = opened(new HttpApiClient(access, new VirtualClock()));
    client.get(ConfigMap.RESOURCE, KEY);
    client.get(ConfigMap.RESOURCE, KEY);

    assertThat(tokens).containsExactly("Bearer t1", "Bearer t2");
  }

  @Test
  void aRefusalCarriesTheServersStatus() throws Exception {
    var refusal = ApiException.notFound(new GroupResource("", "configmaps"), "a");
    var client = client(exchange -> json(exchange, 404, Status.CODEC.toJson(refusal.status())));

    assertThat(client.find(ConfigMap.RESOURCE, KEY)).isEmpty();
    var thrown =
        catchThrowableOfType(ApiException.class, () -> client.get(ConfigMap.RESOURCE, KEY));
    assertThat(thrown.isNotFound()).isTrue();
    assertThat(thrown.getMessage()).isEqualTo("configmaps \"a\" not found");
  }

  @Test
  void anAnswerThatIsNoStatusBecomesOne() throws Exception {
    var client = client(exchange -> exchange.reply(502, "text/html", "<h1>bad gateway</h1>"));
    var thrown =
        catchThrowableOfType(ApiException.class, () -> client.get(ConfigMap.RESOURCE, KEY));

    assertThat(thrown.code()).isEqualTo(502);
    assertThat(thrown.getMessage()).contains("bad gateway");
  }

  @Test
  void waitsAsLongAsABusyServerAsks() throws Exception {
    var waits = new CopyOnWriteArrayList<Duration>();
    var tries = new AtomicInteger();
    var server =
        server(
            exchange -> {
              if (tries.incrementAndGet() < 3) {
                exchange.reply(429, Headers.of("Retry-After", "7"), new byte[0]);
              } else {
                json(exchange, 200, ConfigMap.CODEC.toJson(map("1")));
              }
            });
    var client =
        opened(new HttpApiClient(ServerAccess.of(server, null, "test"), new Impatient(waits)));

    assertThat(client.get(ConfigMap.RESOURCE, KEY)).isEqualTo(map("1"));
    assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() throws Exception {
    var stopped = HttpServer.start(ServerOptions.http(ServerOptions.loopback(0)), _ -> {});
    int port = stopped.address().getPort();
    stopped.close();
    var access = ServerAccess.of(URI.create("http://127.0.0.1:" + port), null, "test");
    var client = opened(new HttpApiClient(access, new VirtualClock()));

    assertThatThrownBy(() -> client.get(ConfigMap.RESOURCE, KEY))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(503));
  }

  @Test
  void readsAWatchEventByEvent() throws Exception {
    var client =
        client(
            exchange -> {
              try (var stream =
                  exchange.stream(200, Headers.of("Content-Type", "application/json"))) {
                line(stream, "ADDED", text(map("1")));
                line(stream, "MODIFIED", text(map("2")));
                line(stream, "BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"77\"}}");
                line(stream, "DELETED", text(map("2")));
                line(stream, "ERROR", text410());
              }
            });
    try (var watch = client.watch(ConfigMap.RESOURCE, WatchOptions.after(ListOptions.ALL, "5"))) {
      assertThat(watch.take()).isEqualTo(new WatchEvent.Added<>(map("1")));
      assertThat(watch.take()).isEqualTo(new WatchEvent.Modified<>(map("2")));
      assertThat(watch.take()).isEqualTo(new WatchEvent.Bookmark<ConfigMap>("77", false));
      assertThat(watch.take()).isEqualTo(new WatchEvent.Deleted<>(map("2")));
      assertThat(watch.take())
          .isInstanceOfSatisfying(
              WatchEvent.Failed.class, failed -> assertThat(failed.status().code()).isEqualTo(410));
      assertThat(watch.poll()).isInstanceOf(WatchEvent.Failed.class);
    }
    assertThat(requests)
        .containsExactly(
            "GET /api/v1/configmaps watch=true&resourceVersion=5&allowWatchBookmarks=true");
  }

  @Test
  void closingAWatchWakesWhoeverWaitsForIt() throws Exception {
    var hold = new CountDownLatch(1);
    var client =
        client(
            exchange -> {
              try (var stream =
                  exchange.stream(200, Headers.of("Content-Type", "application/json"))) {
                line(stream, "ADDED", text(map("1")));
                hold.await();
              }
            });
    var watch = client.watch(ConfigMap.RESOURCE, WatchOptions.after(ListOptions.ALL, "5"));
    watch.take();
    Thread.ofVirtual().start(watch::close);

    assertThat(watch.take()).isInstanceOf(WatchEvent.Closed.class);
    hold.countDown();
  }

  @Test
  void aDeletionAnswersWithTheObjectOnlyWhileItLingers() throws Exception {
    var answers = new ArrayList<byte[]>();
    answers.add(ConfigMap.CODEC.toJson(map("1")));
    answers.add(
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}"
            .getBytes(StandardCharsets.UTF_8));
    var client = client(exchange -> json(exchange, 200, answers.removeFirst()));

    assertThat(client.delete(ConfigMap.RESOURCE, KEY, DeleteOptions.EMPTY)).contains(map("1"));
    assertThat(client.delete(ConfigMap.RESOURCE, KEY, DeleteOptions.EMPTY)).isEmpty();
  }

  private HttpApiClient client(HttpHandler handler) throws IOException {
    return opened(
        new HttpApiClient(ServerAccess.of(server(handler), null, "test"), new VirtualClock()));
  }

  private URI server(HttpHandler handler) throws IOException {
    var server =
        HttpServer.start(
            ServerOptions.http(ServerOptions.loopback(0)),
            exchange -> {
              requests.add(
                  exchange.method() + " " + exchange.rawPath() + " " + exchange.rawQuery());
              handler.handle(exchange);
            });
    open.add(server);
    return URI.create("http://127.0.0.1:" + server.address().getPort());
  }

  private HttpApiClient opened(HttpApiClient client) {
    open.add(client);
    return client;
  }

  private static void json(Exchange exchange, int status, byte[] body) throws IOException {
    exchange.reply(status, Headers.of("Content-Type", "application/json"), body);
  }

  private static void json(Exchange exchange, int status, String body) throws IOException {
    json(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void line(java.io.OutputStream stream, String type, String object)
      throws IOException {
    var text = "{\"type\":\"" + type + "\",\"object\":" + object + "}\n";
    stream.write(text.getBytes(StandardCharsets.UTF_8));
    stream.flush();
  }

  private static String text(ConfigMap map) {
    return new String(ConfigMap.CODEC.toJson(map), StandardCharsets.UTF_8);
  }

  private static String text410() {
    return new String(
        Status.CODEC.toJson(ApiException.expired("too old").status()), StandardCharsets.UTF_8);
  }

  private static ConfigMap map(String value) {
    return ConfigMap.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace("default").withName("a"))
        .withData(Map.of("value", value));
  }

  /// A clock whose timers ring at once, and that remembers how long they should have waited.
  private record Impatient(List<Duration> waits) implements Clock {
    @Override
    public Timer schedule(Duration delay, Runnable action) {
      waits.add(delay);
      Thread.ofVirtual().start(action);
      return () -> {};
    }

    @Override
    public Instant instant() {
      return VirtualClock.START;
    }
  }
}
