package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.authn.TokenWebhook;
import io.kubejar.apiserver.webhook.WebhookServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens that a webhook knows, over HTTPS on both sides.
class TokenWebhookTest {
  private static final String WHO_AM_I = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String REVIEW =
      "{\"kind\":\"SelfSubjectReview\",\"apiVersion\":\"authentication.k8s.io/v1\"}";
  private static final List<JsonObject> ASKED = new CopyOnWriteArrayList<>();

  @TempDir static Path directory;
  private static WebhookServer webhook;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    webhook = WebhookServer.answering((_, review) -> answer(review));
    var file = Files.writeString(directory.resolve("kubeconfig"), kubeconfig());
    var config = new TokenWebhook(file, "v1", Duration.ofHours(1));
    server =
        TestServer.start(
            new RealClock(),
            options -> options.withAuthentication(options.authentication().withWebhook(config)));
  }

  @AfterAll
  static void stop() {
    server.close();
    webhook.close();
  }

  @BeforeEach
  void forgetWhatWasBefore() {
    ASKED.clear();
  }

  private static JsonObject answer(JsonObject review) {
    ASKED.add(review);
    var status =
        switch (review.object("spec").text("token")) {
          case "friend" ->
              """
              {"authenticated": true, "user": {"username": "anna", "uid": "7",
               "groups": ["system:masters"], "extra": {"rank": ["first", "second"]}}}\
              """;
          case "elsewhere" ->
              """
              {"authenticated": true, "audiences": ["another"], "user": {"username": "anna"}}\
              """;
          case "trouble" -> "{\"authenticated\": false, \"error\": \"out of order\"}";
          default -> "{\"authenticated\": false}";
        };
    return (JsonObject) JsonParser.parse("{\"status\":" + status + "}");
  }

  @Test
  void knowsWhomTheWebhookKnows() throws Exception {
    var answer = as("friend");

    assertThat(answer.statusCode()).isEqualTo(201);
    var user = Http.json(answer).object("status").object("userInfo");
    assertThat(user.text("username")).isEqualTo("anna");
    assertThat(user.text("uid")).isEqualTo("7");
    assertThat(user.list("groups").toString()).contains("system:masters", "system:authenticated");
    assertThat(user.object("extra").list("rank").toString()).contains("first", "second");
  }

  @Test
  void asksWithTheTokenAndTheServersAudiencesAndOnlyOnce() throws Exception {
    as("stranger");
    as("stranger");

    assertThat(ASKED).hasSize(1);
    assertThat(ASKED.getFirst().text("kind")).isEqualTo("TokenReview");
    assertThat(ASKED.getFirst().text("apiVersion")).isEqualTo("authentication.k8s.io/v1");
    assertThat(ASKED.getFirst().object("spec").text("token")).isEqualTo("stranger");
    assertThat(ASKED.getFirst().object("spec").list("audiences")).isNotEmpty();
  }

  @Test
  void refusesTokensThatAreUnknownOrForOthers() throws Exception {
    assertThat(as("stranger").statusCode()).isEqualTo(401);
    assertThat(as("elsewhere").statusCode()).isEqualTo(401);
  }

  @Test
  void asksAgainAfterAFailure() throws Exception {
    assertThat(as("trouble").statusCode()).isEqualTo(401);
    assertThat(as("trouble").statusCode()).isEqualTo(401);

    assertThat(ASKED).hasSize(2);
  }

  @Test
  void countsWhoComesInAndWhatTheyMayDo() throws Exception {
    as("friend");
    as("stranger");
    Http.as(server, "nobody@example.com").get("/api/v1/secrets");

    var metrics =
        new String(
            Http.as(server, "admin", "system:masters").get("/metrics").body(),
            StandardCharsets.UTF_8);

    assertThat(metrics)
        .containsPattern("\nauthentication_attempts\\{result=\"success\"} [1-9]")
        .containsPattern("\nauthentication_attempts\\{result=\"error\"} [1-9]")
        .containsPattern("\nauthenticated_user_requests\\{username=\"other\"} [1-9]")
        .containsPattern("\nauthenticated_user_requests\\{username=\"email_id\"} 1")
        .containsPattern("\nauthorization_attempts_total\\{result=\"allowed\"} [1-9]")
        .containsPattern("\nauthorization_attempts_total\\{result=\"no-opinion\"} 1");
  }

  private static HttpResponse<byte[]> as(String token) throws Exception {
    return Http.withoutCertificate(server)
        .send(
            "POST",
            WHO_AM_I,
            REVIEW.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + token);
  }

  private static String kubeconfig() throws IOException {
    var authority = WebhookServer.caBundle().toArray();
    return """
    apiVersion: v1
    kind: Config
    current-context: it
    clusters: [{name: it, cluster: {server: %s, certificate-authority-data: %s}}]
    contexts: [{name: it, context: {cluster: it, user: it}}]
    users: [{name: it, user: {token: secret}}]
    """
        .formatted(webhook.url("/review"), Base64.getEncoder().encodeToString(authority));
  }
}
