package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.http.Exchange;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Authorizers by a file, among them a webhook, over HTTPS on both sides.
class AuthorizationConfigurationTest {
  private static final RealClock CLOCK = new RealClock();
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("webhooks", CLOCK);
  private static final List<JsonObject> ASKED = new CopyOnWriteArrayList<>();

  @TempDir static Path directory;
  private static HttpServer webhook;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    var loopback = List.of(InetAddress.getLoopbackAddress());
    var key = AUTHORITY.issue(CertificateSpec.server("webhook", List.of("localhost"), loopback));
    webhook =
        HttpServer.start(
            ServerOptions.https(
                ServerOptions.loopback(0), TlsSource.fixed(new TlsMaterial(key, List.of()))),
            AuthorizationConfigurationTest::answer);
    server = serverWith(FILE);
  }

  @AfterAll
  static void stop() {
    server.close();
    webhook.close();
  }

  private static final String FILE =
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: AuthorizationConfiguration
      authorizers:
      - type: Webhook
        name: first
        webhook:
          timeout: 3s
          subjectAccessReviewVersion: v1
          matchConditionSubjectAccessReviewVersion: v1
          failurePolicy: Deny
          connectionInfo: {type: KubeConfigFile, kubeConfigFile: KUBECONFIG}
          matchConditions:
          - expression: "has(request.resourceAttributes)"
          - expression: "request.user != 'unasked'"
      - {type: Node, name: node}
      - {type: RBAC, name: rbac}
      """;

  /// Allows `friend`, denies `foe`, fails on `trouble`, and says nothing of others.
  private static void answer(Exchange exchange) throws IOException {
    var review = (JsonObject) JsonParser.parse(exchange.body().readAllBytes());
    var spec = review.object("spec");
    ASKED.add(spec);
    var status =
        switch (spec.text("user")) {
          case "friend" -> "{\"allowed\":true,\"reason\":\"a friend\"}";
          case "foe" -> "{\"allowed\":false,\"denied\":true,\"reason\":\"a foe\"}";
          default -> "{\"allowed\":false,\"reason\":\"who?\"}";
        };
    if (spec.text("user").equals("trouble")) {
      exchange.reply(500, "text/plain", "broken");
    } else {
      exchange.reply(200, "application/json", "{\"status\":" + status + "}");
    }
  }

  @Test
  void letsTheWebhookAllowAndDeny() throws Exception {
    assertThat(get("friend", "/api/v1/namespaces/default/pods?labelSelector=a%3Db")).isEqualTo(200);
    assertThat(get("foe", "/api/v1/namespaces/default/pods")).isEqualTo(403);
    assertThat(get("other", "/api/v1/namespaces/default/pods")).isEqualTo(403);

    var asked =
        ASKED.stream()
            .filter(spec -> spec.text("user").equals("friend"))
            .filter(spec -> spec.object("resourceAttributes").text("resource").equals("pods"))
            .findFirst()
            .orElseThrow();
    assertThat(asked.object("resourceAttributes"))
        .hasToString(
            "{\"namespace\":\"default\",\"verb\":\"list\",\"version\":\"v1\",\"resource\":\"pods\","
                + "\"labelSelector\":{\"requirements\":[{\"key\":\"a\",\"operator\":\"In\","
                + "\"values\":[\"b\"]}]}}");
  }

  @Test
  void remembersAnswers() throws Exception {
    var friend = Http.as(server, "friend");
    for (int i = 0; i < 5; i++) {
      assertThat(friend.get("/api/v1/namespaces/kube-system/secrets").statusCode()).isEqualTo(200);
    }

    assertThat(
            ASKED.stream()
                .filter(
                    spec -> spec.object("resourceAttributes").text("resource").equals("secrets")))
        .hasSize(1);
  }

  @Test
  void asksOnlyWhereAllConditionsHold() throws Exception {
    assertThat(get("unasked", "/api/v1/pods")).isEqualTo(403);
    assertThat(get("friend", "/metrics")).isEqualTo(403);

    assertThat(ASKED).noneMatch(spec -> spec.text("user").equals("unasked"));
    assertThat(ASKED).allMatch(spec -> spec.has("resourceAttributes"));
  }

  @Test
  void answersAnInternalErrorWhenTheWebhookFails() throws Exception {
    var answer = Http.as(server, "trouble").get("/api/v1/pods");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .startsWith("Internal Server Error: \"/api/v1/pods\": ");
  }

  @Test
  void mastersAreNotAskedAbout() throws Exception {
    assertThat(Http.as(server, "foe", "system:masters").get("/api/v1/pods").statusCode())
        .isEqualTo(200);
  }

  @Test
  void tellsInOneLineWhatIsWrongWithItsFile() {
    refuses(FILE.replace("name: rbac", "name: node"), "authorizers[2].name: Duplicate value");
    refuses(FILE.replace("3s", "31s"), "authorizers[0].timeout: Invalid value: \"31s\": must be");
    refuses(FILE.replace("type: RBAC", "type: ABAC"), "authorizers[2].type: Unsupported value");
    refuses(FILE.replace("failurePolicy: Deny", "failurepolicy: Deny"), "unknown field");
    refuses(
        FILE.replace("has(request.resourceAttributes)", "request.nothing == 1"),
        "authorizers[0].matchConditions[0].expression: Invalid value");
  }

  private static void refuses(String file, String why) {
    assertThatThrownBy(() -> serverWith(file).close())
        .isInstanceOf(ConfigFileException.class)
        .hasMessageContaining(why);
  }

  private static TestServer serverWith(String content) throws Exception {
    var authority = Pem.encode(List.of(AUTHORITY.material().leaf()));
    var kubeconfig = Files.createTempFile(directory, "webhook", ".kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        current-context: c
        contexts: [{name: c, context: {cluster: w, user: u}}]
        users: [{name: u, user: {token: secret}}]
        clusters:
        - name: w
          cluster:
            server: https://127.0.0.1:%d/authorize
            certificate-authority-data: %s
        """
            .formatted(
                webhook.address().getPort(),
                Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8))));
    var file = Files.createTempFile(directory, "authorization", ".yaml");
    Files.writeString(file, content.replace("KUBECONFIG", kubeconfig.toString()));
    return TestServer.start(CLOCK, options -> options.withAuthorizationFile(file));
  }

  private static int get(String user, String path) throws Exception {
    return Http.as(server, user).get(path).statusCode();
  }
}
