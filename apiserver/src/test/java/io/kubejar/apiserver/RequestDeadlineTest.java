package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.admissionregistration.v1.RuleWithOperations;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhook;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.WebhookClientConfig;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.authn.TokenWebhook;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.webhook.WebhookServer;
import io.kubejar.storage.MemoryStore;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that take longer than they may, because somebody else does. The time moves when the
/// slow one has been reached.
class RequestDeadlineTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final Duration LONGEST = Duration.ofSeconds(45);
  private static final String WRITTEN =
      "Timeout: request did not complete within requested timeout - context deadline exceeded";
  private static final String ALLOTTED =
      """
      {"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the \
      allotted timeout","reason":"Timeout","details":{},"code":504}
      """;
  private static final Duration LONGEST_WRITE = Duration.ofSeconds(34);
  private static final long PATIENCE_SECONDS = 30;

  private final VirtualClock clock = new VirtualClock();
  private final BlockingQueue<String> reached = new LinkedBlockingQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final StuckStore store = new StuckStore(new MemoryStore(clock), this::hang);
  private WebhookServer hook;
  private TestServer server;
  private Http admin;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    hook = WebhookServer.serving(exchange -> hang(exchange.rawQuery()));
    var file = Files.writeString(directory.resolve("kubeconfig"), kubeconfig(hook));
    var tokens = new TokenWebhook(file, "v1", Duration.ZERO);
    server =
        TestServer.start(
            clock,
            options ->
                options
                    .withServing(ServingOptions.DEFAULT.withRequestTimeout(LONGEST))
                    .withAuthentication(options.authentication().withWebhook(tokens)),
            store);
    admin = Http.as(server, "admin", "system:masters");
  }

  @AfterEach
  void stop() {
    released.countDown();
    hook.close();
    server.close();
  }

  /// Says where it was reached, and does nothing more.
  private void hang(String where) throws InterruptedException {
    reached.add(where);
    released.await();
  }

  private String awaitReached() throws InterruptedException {
    return requireNonNull(reached.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  private static FutureTask<HttpResponse<byte[]>> started(Callable<HttpResponse<byte[]>> request) {
    var task = new FutureTask<>(request);
    Thread.ofVirtual().start(task);
    return task;
  }

  private static HttpResponse<byte[]> answer(FutureTask<HttpResponse<byte[]>> request)
      throws Exception {
    return request.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void ask(String failurePolicy) throws InterruptedException {
    var rule =
        RuleWithOperations.EMPTY
            .withOperations(List.of("CREATE"))
            .withApiGroups(List.of(""))
            .withApiVersions(List.of("v1"))
            .withResources(List.of("configmaps"));
    var webhook =
        ValidatingWebhook.EMPTY
            .withName("slow.example.com")
            .withClientConfig(
                WebhookClientConfig.EMPTY
                    .withUrl(hook.url("/hook"))
                    .withCaBundle(WebhookServer.caBundle()))
            .withRules(List.of(rule))
            .withFailurePolicy(failurePolicy)
            .withSideEffects("None")
            .withTimeoutSeconds(30)
            .withAdmissionReviewVersions(List.of("v1"));
    server
        .admin()
        .create(
            ValidatingWebhookConfiguration.RESOURCE,
            ValidatingWebhookConfiguration.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withName("slow"))
                .withWebhooks(List.of(webhook)));
    // Admission looks into the cache as it is; a list waits until the cache has what was written.
    assertThat(
            server.admin().list(ValidatingWebhookConfiguration.RESOURCE, ReadOptions.ALL).items())
        .hasSize(1);
  }

  private static String map(String name) {
    return "{\"metadata\":{\"name\":\"" + name + "\"}}";
  }

  private void goesOn() throws Exception {
    assertThat(admin.get("/api/v1/namespaces").statusCode()).isEqualTo(200);
    assertThat(admin.post("/api/v1/namespaces/default/secrets", map("s")).statusCode())
        .isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource({"2s,2000,2,Fail", "7.5s,7500,8,Ignore"})
  void endWhileAWebhookThinks(String timeout, long millis, int told, String failurePolicy)
      throws Exception {
    ask(failurePolicy);
    var request = started(() -> admin.post(MAPS + "?timeout=" + timeout, map("a")));

    assertThat(awaitReached()).isEqualTo("timeout=" + told + "s");
    clock.advance(Duration.ofMillis(millis));

    assertThat(Http.status(answer(request)))
        .isEqualTo(Map.of("code", "504", "reason", "Timeout", "message", WRITTEN));
    goesOn();
    assertThat(admin.get(MAPS + "/a").statusCode()).isEqualTo(404);
  }

  @Test
  void leaveWebhooksTheTimeThatTheyMayTake() throws Exception {
    ask("Fail");
    var request = started(() -> admin.post(MAPS, map("a")));

    assertThat(awaitReached()).isEqualTo("timeout=30s");
    clock.advance(Duration.ofSeconds(30));

    assertThat(Http.json(answer(request)).text("message"))
        .contains("failed calling webhook \"slow.example.com\"", "context deadline exceeded");
    goesOn();
  }

  @Test
  void giveWritesHalfAMinuteAndLittleMore() throws Exception {
    store.stick("/registry/configmaps/");
    var request = started(() -> admin.post(MAPS, map("a")));

    awaitReached();
    clock.advance(LONGEST_WRITE);

    assertThat(Http.status(answer(request)))
        .isEqualTo(Map.of("code", "504", "reason", "Timeout", "message", WRITTEN));
    goesOn();
  }

  @ParameterizedTest
  @CsvSource({"''", "?timeout=0s", "?timeout=1h"})
  void endReadsInOtherWords(String query) throws Exception {
    store.stickReads();
    var request = started(() -> admin.get(MAPS + query));

    awaitReached();
    clock.advance(LONGEST);

    assertAllotted(answer(request));
    store.comeLoose();
    goesOn();
    assertThat(text(admin.get("/metrics")))
        .contains(
            "apiserver_request_terminations_total{code=\"504\",component=\"apiserver\",group=\"\","
                + "resource=\"configmaps\"");
  }

  @Test
  void endBeforeItIsKnownWhoseTheyAre() throws Exception {
    var stranger = Http.withoutCertificate(server);
    var request = started(() -> stranger.get("/api/v1/namespaces", "Authorization", "Bearer who"));

    awaitReached();
    clock.advance(LONGEST);

    assertAllotted(answer(request));
    goesOn();
  }

  private static void assertAllotted(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(text(answer)).isEqualTo(ALLOTTED);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
  }

  private static String kubeconfig(WebhookServer hook) {
    return """
    apiVersion: v1
    kind: Config
    current-context: hook
    clusters: [{name: hook, cluster: {server: "%s", certificate-authority-data: %s}}]
    users: [{name: me, user: {}}]
    contexts: [{name: hook, context: {cluster: hook, user: me}}]
    """
        .formatted(
            hook.url("/hook"),
            java.util.Base64.getEncoder().encodeToString(WebhookServer.caBundle().toArray()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "abc|time: invalid duration \"abc\"",
        "5|time: missing unit in duration \"5\"",
        "5y|time: unknown unit \"y\" in duration \"5y\"",
        ".s|time: invalid duration \".s\"",
        "-|time: invalid duration \"-\"",
        "9999999h|time: invalid duration \"9999999h\"",
      })
  void mustBeTimes(String timeout, String why) throws Exception {
    var answer = Http.withoutCertificate(server).get(MAPS + "?timeout=" + timeout);

    // Before it matters who asks.
    assertThat(Http.status(answer))
        .isEqualTo(
            Map.of(
                "code", "400",
                "reason", "BadRequest",
                "message", "invalid timeout specified in the request URL - " + why));
  }

  @Test
  void areNoneForWatches() throws Exception {
    admin.post(MAPS, map("present"));
    var lines = admin.lines(MAPS + "?watch=true&timeout=nonsense").body().iterator();
    assertThat(lines.next()).contains("\"present\"");
    clock.advance(LONGEST.multipliedBy(10));

    assertThat(admin.post(MAPS, map("later")).statusCode()).isEqualTo(201);
    assertThat(lines.next()).contains("\"later\"");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
