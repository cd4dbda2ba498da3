package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.authn.AnonymousAccess;
import io.kubejar.apiserver.authn.AuthenticatingProxy;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who is who, over HTTPS: bootstrap tokens, a proxy in front, strangers, and their tokens
/// reviewed.
class AuthenticationTest {
  private static final RealClock CLOCK = new RealClock();
  private static final CertificateAuthority PROXIES = CertificateAuthority.create("proxies", CLOCK);
  private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String REVIEW = "/apis/authentication.k8s.io/v1/tokenreviews";

  private static TestServer server;
  private static Http stranger;
  private static Http admin;

  @BeforeAll
  static void start() throws Exception {
    var proxy = AuthenticatingProxy.Config.of(List.of(PROXIES.material().leaf()), List.of("front"));
    server =
        TestServer.start(
            CLOCK,
            options ->
                options.withAuthentication(
                    options
                        .authentication()
                        .withFrontProxy(proxy)
                        .withAnonymous(new AnonymousAccess.OnlyTo(Set.of("/livez")))),
            List.of(PROXIES.material().leaf()));
    stranger = Http.withoutCertificate(server);
    admin = Http.as(server, "admin", "system:masters");
    secret("abcdef", Map.of());
    secret("gggggg", Map.of("auth-extra-groups", "system:bootstrappers:a,system:bootstrappers:b"));
    secret("expire", Map.of("expiration", "2020-01-01T00:00:00Z"));
    secret("nonsen", Map.of("expiration", "soon"));
    secret("nouse0", Map.of("usage-bootstrap-authentication", "false"));
    secret("wrongg", Map.of("auth-extra-groups", "system:masters"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void knowsNewNodesByTheirBootstrapTokens() throws Exception {
    var user = who(stranger, "Authorization", "Bearer abcdef.0123456789abcdef");
    assertThat(user.text("username")).isEqualTo("system:bootstrap:abcdef");
    assertThat(user.list("groups"))
        .hasToString("[\"system:bootstrappers\", \"system:authenticated\"]");
    assertThat(who(stranger, "Authorization", "Bearer gggggg.0123456789abcdef").list("groups"))
        .hasToString(
            "[\"system:bootstrappers\", \"system:bootstrappers:a\", \"system:bootstrappers:b\","
                + " \"system:authenticated\"]");
    for (var bad :
        List.of(
            "abcdef.0123456789abcdeX",
            "abcdef.0123456789abcde0",
            "zzzzzz.0123456789abcdef",
            "expire.0123456789abcdef",
            "nonsen.0123456789abcdef",
            "nouse0.0123456789abcdef",
            "wrongg.0123456789abcdef")) {
      assertThat(post(stranger, WHO, "Authorization", "Bearer " + bad)).as(bad).isEqualTo(401);
    }
  }

  @Test
  void reviewsTokensOfAllKinds() throws Exception {
    var known = review("{\"token\":\"abcdef.0123456789abcdef\"}");
    assertThat(known.get("authenticated")).hasToString("true");
    assertThat(known.object("user").text("username")).isEqualTo("system:bootstrap:abcdef");
    var elsewhere = review("{\"token\":\"abcdef.0123456789abcdef\",\"audiences\":[\"vault\"]}");
    assertThat(elsewhere.has("authenticated")).isFalse();
    assertThat(review("{\"token\":\"nonsense\"}").text("error")).isEqualTo("invalid bearer token");
  }

  @Test
  void believesAProxyThatItsAuthorityVouchesFor() throws Exception {
    var proxy = Http.of(server, PROXIES.issue(CertificateSpec.client("front")));
    var user =
        who(
            proxy,
            "X-Remote-User",
            "jane",
            "X-Remote-Uid",
            "7",
            "X-Remote-Group",
            "devs",
            "X-Remote-Group",
            "ops",
            "X-Remote-Extra-Example.org%2fTeam",
            "blue");

    assertThat(user.text("username")).isEqualTo("jane");
    assertThat(user.text("uid")).isEqualTo("7");
    assertThat(user.list("groups")).hasToString("[\"devs\", \"ops\", \"system:authenticated\"]");
    assertThat(user.object("extra").list("example.org/team")).hasToString("[\"blue\"]");
  }

  @Test
  void believesNobodyElseAboutUsers() throws Exception {
    var other = Http.of(server, PROXIES.issue(CertificateSpec.client("other")));
    assertThat(post(other, WHO, "X-Remote-User", "jane")).isEqualTo(401);
    assertThat(post(stranger, WHO, "X-Remote-User", "jane")).isEqualTo(401);
    var user = Http.as(server, "front", "devs");
    assertThat(who(user, "X-Remote-User", "jane").text("username")).isEqualTo("front");
    // Those who vouch for proxies do not vouch for users.
    var forged = Http.of(server, PROXIES.issue(CertificateSpec.client("x", "system:masters")));
    assertThat(forged.get("/api/v1/nodes").statusCode()).isEqualTo(401);
  }

  @Test
  void letsStrangersWhereTheyMayGo() throws Exception {
    assertThat(stranger.get("/livez").statusCode()).isEqualTo(200);
    assertThat(stranger.get("/livez/ping").statusCode()).isEqualTo(401);
    assertThat(stranger.get("/version").statusCode()).isEqualTo(401);
  }

  @Test
  void publishesItsKeysForAWhile() throws Exception {
    for (var path : List.of("/openid/v1/jwks", "/openid/v1/jwks/")) {
      var keys = admin.get(path);
      assertThat(keys.headers().firstValue("Cache-Control")).contains("public, max-age=3600");
      assertThat(keys.headers().firstValue("Content-Type")).contains("application/jwk-set+json");
    }
  }

  private static void secret(String id, Map<String, String> change) throws InterruptedException {
    var data = new HashMap<String, String>();
    data.put("token-id", id);
    data.put("token-secret", "0123456789abcdef");
    data.put("usage-bootstrap-authentication", "true");
    data.putAll(change);
    var bytes = new HashMap<String, Bytes>();
    data.forEach((key, value) -> bytes.put(key, Bytes.utf8(value)));
    server
        .admin()
        .create(
            Secret.RESOURCE,
            Secret.EMPTY
                .withMetadata(
                    ObjectMeta.EMPTY.withNamespace("kube-system").withName("bootstrap-token-" + id))
                .withType("bootstrap.kubernetes.io/token")
                .withData(bytes));
  }

  private static JsonObject review(String spec) throws Exception {
    return Http.json(admin.post(REVIEW, "{\"spec\":" + spec + "}")).object("status");
  }

  private static JsonObject who(Http http, String... headers) throws Exception {
    var all = new java.util.ArrayList<>(List.of(headers));
    all.addAll(List.of("Content-Type", "application/json"));
    var answer =
        http.send("POST", WHO, "{}".getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
    assertThat(answer.statusCode()).isEqualTo(201);
    return Http.json(answer).object("status").object("userInfo");
  }

  private static int post(Http http, String path, String... headers) throws Exception {
    return http.send("POST", path, "{}".getBytes(StandardCharsets.UTF_8), headers).statusCode();
  }
}
