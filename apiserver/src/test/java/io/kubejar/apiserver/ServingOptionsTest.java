package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.ServingOptions.Limits;
import io.kubejar.apiserver.ServingOptions.Stopping;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.storage.MemoryStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How many requests a server takes, for how long, and how it takes its leave.
class ServingOptionsTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final long PATIENCE_SECONDS = 30;

  private final LinkedBlockingQueue<String> reached = new LinkedBlockingQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final RealClock clock = new RealClock();
  private final StuckStore store =
      new StuckStore(
          new MemoryStore(clock),
          where -> {
            reached.add(where);
            released.await();
          });

  private TestServer with(ServingOptions serving) throws Exception {
    return TestServer.start(clock, options -> options.withServing(serving), store);
  }

  private FutureTask<HttpResponse<byte[]>> stuckPost(Http client) throws Exception {
    store.stick("/registry/configmaps/");
    var task = new FutureTask<>(() -> client.post(MAPS, "{\"metadata\":{\"name\":\"a\"}}"));
    Thread.ofVirtual().start(task);
    assertThat(reached.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
    return task;
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void sendsAwayWhoComesTooLateAndAnswersWhoWasThere() throws Exception {
    var serving = ServingOptions.DEFAULT.withStopping(new Stopping(Duration.ZERO, true));
    try (var server = with(serving)) {
      var admin = Http.as(server, "admin", "system:masters");
      var running = stuckPost(admin);
      server.server().leave();
      assertThat(admin.get("/api/v1/namespaces").statusCode()).isEqualTo(200);
      assertThat(admin.get("/readyz").statusCode()).isEqualTo(500);

      server.server().refuse();
      var refused = admin.get("/api/v1/namespaces");

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(text(refused))
          .isEqualTo("The apiserver is shutting down, please try again later.\n");
      assertThat(refused.headers().firstValue("Retry-After")).contains("5");
      assertThat(Http.withoutCertificate(server).get("/api/v1/pods").statusCode()).isEqualTo(429);
      assertThat(admin.get("/livez").statusCode()).isEqualTo(200);
      assertThat(admin.get("/metrics").statusCode()).isEqualTo(200);
      assertThat(admin.get("/version", "User-Agent", "kube-apiserver/v1.36").statusCode())
          .isEqualTo(200);

      var drained = new FutureTask<>(server.server()::awaitDrained);
      Thread.ofVirtual().start(drained);
      released.countDown();
      assertThat(running.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
      assertThat(drained.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void doesNotWaitForWatchesWhenItStops() throws Exception {
    try (var server = with(ServingOptions.DEFAULT)) {
      var admin = Http.as(server, "admin", "system:masters");
      var lines = admin.lines("/api/v1/namespaces?watch=true").body().iterator();
      assertThat(lines.next()).contains("ADDED");
      server.server().refuse();

      assertThat(server.server().awaitDrained()).isTrue();
    }
  }

  @Test
  void takesNoMoreWritesAtOnceThanItWasTold() throws Exception {
    try (var server = with(ServingOptions.DEFAULT.withLimits(new Limits(0, 1, false)))) {
      var admin = Http.as(server, "admin", "system:masters");
      var jane = Http.as(server, "jane");
      var running = stuckPost(admin);

      var refused = jane.post(MAPS, "{}");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(text(refused)).isEqualTo("Too many requests, please try again later.\n");
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(refused.headers().firstValue("X-Kubernetes-PF-FlowSchema-UID")).isEmpty();
      assertThat(jane.get(MAPS).statusCode()).isEqualTo(403);
      assertThat(
              admin
                  .post("/api/v1/namespaces/default/secrets", "{\"metadata\":{\"name\":\"s\"}}")
                  .statusCode())
          .isEqualTo(201);

      released.countDown();
      assertThat(running.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
      assertThat(jane.post(MAPS, "{}").statusCode()).isEqualTo(403);
    }
  }

  @Test
  void sharesAsManySeatsAsItWasTold() throws Exception {
    try (var server = with(ServingOptions.DEFAULT.withLimits(new Limits(40, 20, true)))) {
      var admin = Http.as(server, "admin", "system:masters");
      admin.get(MAPS);

      // 20 of 245 shares.
      assertThat(text(admin.get("/metrics")))
          .contains(
              "apiserver_flowcontrol_nominal_limit_seats{priority_level=\"global-default\"} 5");
    }
  }

  @Test
  void asksClientsToConnectAnew() throws Exception {
    try (var server = with(ServingOptions.DEFAULT.withGoAwayChance(1))) {
      var admin = Http.as(server, "admin", "system:masters");

      // Each answer is the last of its connection, and none is lost for it.
      for (int i = 0; i < 5; i++) {
        var answer = admin.get("/version");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Connection")).isEmpty();
      }
    }
  }

  @Test
  void isPatientWithWhatHasNotBegun() throws Exception {
    var virtual = new VirtualClock();
    var serving = ServingOptions.DEFAULT.withLivezGrace(Duration.ofSeconds(10));
    var options =
        ApiServerOptions.of(new MemoryStore(virtual), virtual, new Random(1)).withServing(serving);
    var server = new ApiServer(options); // Which nobody starts.
    try (var http =
            HttpServer.start(ServerOptions.http(ServerOptions.loopback(0)), server.handler());
        var client = HttpClient.newHttpClient()) {
      var root = "http://127.0.0.1:" + http.address().getPort();
      var hook = "poststarthook/rbac/bootstrap-roles";

      assertThat(plain(client, root + "/livez?verbose")).contains("[+]" + hook + " ok");
      assertThat(plain(client, root + "/healthz")).contains("[-]" + hook + " failed");
      assertThat(plain(client, root + "/readyz")).contains("[-]" + hook + " failed");
      virtual.advance(Duration.ofSeconds(11));
      assertThat(plain(client, root + "/livez"))
          .contains("[-]" + hook + " failed", "[-]autoregister-completion failed");
    }
  }

  private static String plain(HttpClient client, String url) throws Exception {
    return client
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }

  /// A clock that tells what is waited for.
  private record TimersSeen(VirtualClock real, BlockingQueue<Duration> delays) implements Clock {
    @Override
    public Timer schedule(Duration delay, Runnable action) {
      var timer = real.schedule(delay, action);
      delays.add(delay);
      return timer;
    }

    @Override
    public Instant instant() {
      return real.instant();
    }
  }

  @Test
  @Timeout(60) // A clock that nobody moves any more would wait for ever.
  void endsWatchesWhenTheirTimeHasCome() throws Exception {
    var shortest = Duration.ofSeconds(100); // As nothing else of the server waits.
    var seen = new TimersSeen(new VirtualClock(), new LinkedBlockingQueue<>());
    var serving = ServingOptions.DEFAULT.withShortestWatch(shortest);
    try (var server = TestServer.start(seen, options -> options.withServing(serving))) {
      var admin = Http.as(server, "admin", "system:masters");
      var lines = admin.lines("/api/v1/namespaces?watch=true").body().iterator();
      assertThat(lines.next()).contains("ADDED");
      var end = seen.delays().take();
      while (end.compareTo(shortest) < 0 || end.compareTo(shortest.multipliedBy(2)) > 0) {
        end = seen.delays().take(); // That was somebody else's.
      }
      seen.real().advance(end);

      while (lines.hasNext()) {
        assertThat(lines.next()).contains("ADDED");
      }
    }
  }
}
