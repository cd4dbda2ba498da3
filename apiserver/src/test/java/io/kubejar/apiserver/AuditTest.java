package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.audit.AuditSink;
import io.kubejar.apiserver.audit.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the audit log says of requests over HTTPS.
class AuditTest {
  private static final String POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitManagedFields: true
      rules:
      - {level: None, users: [quiet]}
      - {level: Metadata, resources: [{group: "", resources: [secrets]}]}
      - {level: Request, users: [asker], omitStages: [RequestReceived]}
      - {level: RequestResponse, omitStages: [RequestReceived]}
      """;
  private static final LinkedBlockingQueue<JsonObject> EVENTS = new LinkedBlockingQueue<>(1_000);
  private static volatile boolean broken;

  private static TestServer server;
  private static Http admin;

  /// Keeps events until it breaks.
  private static final class Recorder implements AuditSink {
    private volatile Losses losses = (_, _) -> {};

    @Override
    public void onLoss(Losses listener) {
      losses = listener;
    }

    @Override
    public boolean accept(JsonObject event) {
      if (broken) {
        losses.lost("log", 1);
      }
      return !broken && EVENTS.offer(event);
    }
  }

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    var auditing = new ApiServerOptions.Auditing(Policy.parse(POLICY), new Recorder());
    server = TestServer.start(new RealClock(), options -> options.withAuditing(auditing));
    admin = Http.as(server, "admin", "system:masters");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forgetWhatWasBefore() {
    EVENTS.clear();
  }

  @Test
  void tellsWhoDidWhatToWhomAndHowItWent() throws Exception {
    var answer =
        admin.get("/api/v1/namespaces/default?x=1", "User-Agent", "curl/8", "Audit-ID", "me");
    var event = next();

    assertThat(answer.headers().firstValue("Audit-ID")).contains("me");
    assertThat(event.text("kind")).isEqualTo("Event");
    assertThat(event.text("apiVersion")).isEqualTo("audit.k8s.io/v1");
    assertThat(event.text("auditID")).isEqualTo("me");
    assertThat(event.text("stage")).isEqualTo("ResponseComplete");
    assertThat(event.text("requestURI")).isEqualTo("/api/v1/namespaces/default?x=1");
    assertThat(event.text("verb")).isEqualTo("get");
    assertThat(event.object("user").text("username")).isEqualTo("admin");
    assertThat(event.list("sourceIPs")).containsExactly(new JsonString("127.0.0.1"));
    assertThat(event.text("userAgent")).isEqualTo("curl/8");
    assertThat(texts(event.object("objectRef")))
        .isEqualTo(
            Map.of(
                "resource", "namespaces",
                "namespace", "default",
                "name", "default",
                "apiVersion", "v1"));
    assertThat(JsonPrinter.print(event.object("responseStatus"))).contains("\"code\":200");
    assertThat(event.text("requestReceivedTimestamp")).matches("\\S+\\.\\d{6}Z");
    assertThat(event.object("annotations").text("authorization.k8s.io/decision"))
        .isEqualTo("allow");
    assertThat(event.object("responseObject").text("kind")).isEqualTo("Namespace");
  }

  @Test
  void showsObjectsAsTheirLevelSaysAndWithoutManagedFields() throws Exception {
    var map = "{\"metadata\":{\"name\":\"audited\"},\"data\":{\"a\":\"b\"}}";
    admin.post("/api/v1/namespaces/default/configmaps", map);
    var event = next();

    assertThat(event.text("level")).isEqualTo("RequestResponse");
    assertThat(event.object("objectRef").text("name")).isEqualTo("audited");
    assertThat(event.object("requestObject").object("data").text("a")).isEqualTo("b");
    assertThat(event.object("requestObject").text("kind")).isEqualTo("ConfigMap");
    assertThat(event.object("responseObject").object("metadata").text("uid")).isNotEmpty();
    assertThat(event.object("responseObject").object("metadata").has("managedFields")).isFalse();
  }

  @Test
  void showsTheBodyOfAPatchButNoAnswerAtLevelRequest() throws Exception {
    var asker = Http.as(server, "asker", "system:masters");
    asker.post("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"patched\"}}");
    next();
    asker.send(
        "PATCH",
        "/api/v1/namespaces/default/configmaps/patched",
        "{\"data\":{\"k\":\"v\"}}".getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/merge-patch+json");
    var event = next();

    assertThat(JsonPrinter.print(event.object("requestObject")))
        .isEqualTo("{\"data\":{\"k\":\"v\"}}");
    assertThat(event.has("responseObject")).isFalse();
  }

  @Test
  void readsAnswersInProtobufToo() throws Exception {
    admin.get("/api/v1/namespaces?limit=1", "Accept", "application/vnd.kubernetes.protobuf");
    var list = next().object("responseObject");

    assertThat(list.text("kind")).isEqualTo("NamespaceList");
    assertThat(list.list("items")).hasSize(1);
    assertThat(((JsonObject) list.list("items").getFirst()).object("metadata").text("name"))
        .isEqualTo("default");
  }

  @Test
  void neverShowsASecret() throws Exception {
    var secret = "{\"metadata\":{\"name\":\"hidden\"},\"data\":{\"password\":\"aHVudGVyMg==\"}}";
    admin.post("/api/v1/namespaces/default/secrets", secret);
    var received = next();
    var complete = next();

    assertThat(received.text("stage")).isEqualTo("RequestReceived");
    assertThat(complete.text("stage")).isEqualTo("ResponseComplete");
    assertThat(complete.object("objectRef").text("name")).isEqualTo("hidden");
    assertThat(received.toString() + complete).doesNotContain("aHVudGVyMg==");
    assertThat(received.text("auditID")).isEqualTo(complete.text("auditID")).isNotEmpty();
  }

  @Test
  void tellsWhyARequestWasRefused() throws Exception {
    Http.as(server, "nobody").get("/api/v1/namespaces/kube-system/configmaps");
    var event = next();
    var status = event.object("responseStatus");

    assertThat(status.text("status")).isEqualTo("Failure");
    assertThat(status.text("reason")).isEqualTo("Forbidden");
    assertThat(status.text("message")).contains("User \"nobody\" cannot list resource");
    assertThat(JsonPrinter.print(status)).contains("\"code\":403");
    assertThat(event.object("annotations").text("authorization.k8s.io/decision"))
        .isEqualTo("forbid");
  }

  @Test
  void tellsOfLoginsThatFailed() throws Exception {
    Http.withoutCertificate(server).get("/api/v1/pods", "Authorization", "Bearer nonsense");
    var event = next();

    assertThat(event.text("stage")).isEqualTo("ResponseStarted");
    assertThat(event.object("responseStatus").text("message"))
        .isEqualTo("Authentication failed, attempted: bearer");
    assertThat(JsonPrinter.print(event.object("responseStatus"))).contains("\"code\":401");
  }

  @Test
  void tellsOfRequestsWhoseTimeNobodyUnderstands() throws Exception {
    Http.withoutCertificate(server).get("/api/v1/namespaces?timeout=soon");
    var event = next();

    assertThat(event.text("stage")).isEqualTo("ResponseStarted");
    var status = JsonPrinter.print(event.object("responseStatus"));
    assertThat(status)
        .contains("\"code\":400", "invalid timeout specified in the request URL - time: invalid");
  }

  @Test
  void tellsWhoReallyAsked() throws Exception {
    admin.get("/api/v1/namespaces/default", "Impersonate-User", "jane");
    var event = next();

    assertThat(event.object("user").text("username")).isEqualTo("admin");
    assertThat(event.object("impersonatedUser").text("username")).isEqualTo("jane");
  }

  @Test
  void tellsOfTheBeginningAndOfTheEndOfAWatch() throws Exception {
    try (var lines = admin.lines("/api/v1/namespaces?watch=true&timeoutSeconds=1").body()) {
      assertThat(next().text("stage")).isEqualTo("ResponseStarted");
      lines.forEach(line -> {});
    }

    assertThat(next().text("stage")).isEqualTo("ResponseComplete");
  }

  @Test
  void saysNothingOfWhomThePolicyLeavesOut() throws Exception {
    Http.as(server, "quiet", "system:masters").get("/api/v1/namespaces");
    admin.get("/version");

    assertThat(next().text("requestURI")).isEqualTo("/version");
  }

  @Test
  void refusesARequestWhoseBeginningCannotBeRecorded() throws Exception {
    broken = true;
    try {
      var answer = admin.get("/api/v1/namespaces/default/secrets");

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(Http.json(answer).text("message")).contains("failed to store audit event");
    } finally {
      broken = false;
    }
    assertThat(new String(admin.get("/metrics").body(), StandardCharsets.UTF_8))
        .contains(
            "apiserver_audit_requests_rejected_total 1.0",
            "apiserver_audit_error_total{plugin=\"log\"} ",
            "apiserver_audit_level_total{level=\"Metadata\"} ",
            "apiserver_audit_event_total ");
  }

  private static JsonObject next() throws InterruptedException {
    var event = EVENTS.poll(10, TimeUnit.SECONDS);
    assertThat(event).as("an audit event").isNotNull();
    return event;
  }

  private static Map<String, String> texts(JsonObject object) {
    return object.fields().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> text(entry.getValue())));
  }

  private static String text(JsonValue value) {
    return value instanceof JsonString(var text) ? text : value.toString();
  }
}
