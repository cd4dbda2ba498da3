package io.kubejar.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.authentication.v1.BoundObjectReference;
import io.kubejar.api.authentication.v1.TokenRequest;
import io.kubejar.api.authentication.v1.TokenRequestSpec;
import io.kubejar.api.authentication.v1.TokenReview;
import io.kubejar.api.authentication.v1.TokenReviewSpec;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.TokenAuthenticator.Outcome;
import io.kubejar.http.pki.Keys;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountTokensTest {
  private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
  private static final KeyPair EC = Keys.ellipticCurve();
  private static final KeyPair RSA = Keys.rsa();
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final World world = new World();
  private final AtomicInteger ids = new AtomicInteger();
  private Instant now = START;
  private ServiceAccountTokens tokens = tokens(EC, List.of());
  private TokenRequests requests = requests(tokens);

  @BeforeEach
  void createAccount() {
    world.accounts.put("ns/robot", account("uid-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void acceptsWhatItIssued(String algorithm) {
    tokens = tokens(algorithm.equals("EC") ? EC : RSA, List.of());
    requests = requests(tokens);
    var token = issue(TokenRequestSpec.EMPTY);

    var user = known(token);

    assertThat(user.name()).isEqualTo("system:serviceaccount:ns:robot");
    assertThat(user.uid()).isEqualTo("uid-1");
    assertThat(user.groups())
        .containsExactly("system:serviceaccounts", "system:serviceaccounts:ns");
    assertThat(user.extra())
        .containsEntry("authentication.kubernetes.io/credential-id", List.of("JTI=id-1"));
  }

  @Test
  void putsUpstreamsClaimsIntoAToken() {
    world.pods.put("ns/web", pod("web", "pod-uid", "robot", "node-1"));
    world.nodes.put(
        "node-1", Node.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("node-1").withUid("n-uid")));
    var claims = claims(issue(boundToPod("web", "pod-uid")));

    assertThat(claims)
        .isEqualTo(
            JsonParser.parse(
                """
                {"aud":["https://api"],"exp":1767229200,"iat":1767225600,
                 "iss":"https://kubernetes.default.svc.cluster.local","jti":"id-1",
                 "kubernetes.io":{"namespace":"ns","node":{"name":"node-1","uid":"n-uid"},
                   "pod":{"name":"web","uid":"pod-uid"},
                   "serviceaccount":{"name":"robot","uid":"uid-1"}},
                 "nbf":1767225600,"sub":"system:serviceaccount:ns:robot"}
                """));
  }

  @Test
  void letsMountedTokensOutliveClientsThatNeverReload() {
    world.pods.put("ns/web", pod("web", "pod-uid", "robot", ""));
    var spec = boundToPod("web", "pod-uid").withExpirationSeconds(3607L);
    var answer = requests.answer(account("uid-1"), TokenRequest.EMPTY.withSpec(spec));

    assertThat(answer.status().expirationTimestamp()).isEqualTo(START.plusSeconds(3607));
    assertThat(claims(answer.status().token()).object("kubernetes.io").get("warnafter"))
        .hasToString(String.valueOf(START.plusSeconds(3607).getEpochSecond()));
    now = START.plus(Duration.ofDays(300));
    known(answer.status().token());
  }

  @Test
  void refusesExpiredAndEarlyTokens() {
    var token = issue(TokenRequestSpec.EMPTY.withExpirationSeconds(600L));
    now = START.plusSeconds(600 + 59);
    known(token);
    now = START.plusSeconds(600 + 61);
    assertThat(refused(token)).contains("expired");
    now = START.minusSeconds(61);
    assertThat(refused(token)).contains("not valid yet");
  }

  @Test
  void refusesTokensForOthers() {
    var token = issue(TokenRequestSpec.EMPTY.withAudiences(List.of("vault")));

    assertThat(refused(token)).contains("is invalid for the target audiences [\"https://api\"]");
    assertThat(tokens.authenticate(token, List.of("vault", "x")))
        .isInstanceOfSatisfying(
            Outcome.Known.class, known -> assertThat(known.audiences()).containsExactly("vault"));
  }

  @Test
  void refusesTokensOfOtherIssuersAndKeys() {
    var elsewhere =
        new ServiceAccountTokens(
            new ServiceAccountTokens.Config(
                "https://elsewhere", List.of("https://api"), EC, List.of()),
            world,
            () -> now);
    assertThat(
            tokens.authenticate(
                requests(elsewhere).answer(account("uid-1"), TokenRequest.EMPTY).status().token()))
        .isEqualTo(new Outcome.NotMine());

    var thief = tokens(Keys.ellipticCurve(), List.of());
    assertThat(
            refused(requests(thief).answer(account("uid-1"), TokenRequest.EMPTY).status().token()))
        .contains("no known key");
  }

  @Test
  void acceptsTokensOfFormerKeys() {
    var token = issue(TokenRequestSpec.EMPTY);
    tokens = tokens(RSA, List.of(EC));

    known(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'alg':'none'}",
        "{'alg':'NONE','kid':'KID'}",
        "{'alg':'HS256','kid':'KID'}",
        "{'alg':'RS256','kid':'KID'}",
        "{'alg':'ES256','kid':'../../dev/null'}",
        "{'alg':'ES256','kid':'KID','crit':['exp']}",
        "{'alg':'ES256','jwk':{'kty':'EC'}}",
        "{}",
        "[]",
        "nonsense"
      })
  void refusesTrickyHeaders(String header) {
    var parts = issue(TokenRequestSpec.EMPTY).split("\\.", -1);
    var keyId = SigningKey.of(EC.getPublic()).id();
    var forged = header.replace('\'', '"').replace("KID", keyId);

    assertThat(refused(encode(forged) + "." + parts[1] + "." + parts[2])).contains("no known key");
    assertThat(refused(encode(forged) + "." + parts[1] + ".")).contains("no known key");
  }

  @Test
  void refusesATokenSignedWithThePublicKeyAsASecret() throws Exception {
    var content =
        encode("{\"alg\":\"HS256\"}") + "." + issue(TokenRequestSpec.EMPTY).split("\\.", -1)[1];
    var mac = javax.crypto.Mac.getInstance("HmacSHA256");
    mac.init(new javax.crypto.spec.SecretKeySpec(RSA.getPublic().getEncoded(), "HmacSHA256"));
    var signature = mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));
    tokens = tokens(RSA, List.of(EC));

    assertThat(
            refused(
                content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature)))
        .contains("no known key");
  }

  @Test
  void refusesChangedClaims() {
    var parts = issue(TokenRequestSpec.EMPTY).split("\\.", -1);
    var claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    var forged = encode(claims.replace("robot", "admin"));

    assertThat(refused(parts[0] + "." + forged + "." + parts[2])).contains("no known key");
    for (var nonsense : List.of("a.b", "", ".".repeat(100_000))) {
      assertThat(tokens.authenticate(nonsense)).isEqualTo(new Outcome.NotMine());
    }
  }

  @Test
  void letsATokenDieWithItsServiceAccount() {
    var token = issue(TokenRequestSpec.EMPTY);
    world.accounts.put("ns/robot", account("uid-2"));
    assertThat(refused(token))
        .isEqualTo("service account UID (uid-2) does not match claim (uid-1)");
    world.accounts.clear();
    assertThat(refused(token)).isEqualTo("serviceaccounts \"robot\" not found");
  }

  @Test
  void letsATokenDieWithItsPod() {
    world.pods.put("ns/web", pod("web", "pod-uid", "robot", "node-1"));
    var token = issue(boundToPod("web", "pod-uid"));
    assertThat(known(token).extra())
        .containsEntry("authentication.kubernetes.io/pod-name", List.of("web"))
        .containsEntry("authentication.kubernetes.io/node-name", List.of("node-1"));

    var dying = pod("web", "pod-uid", "robot", "node-1");
    world.pods.put("ns/web", dying.withMetadata(dying.metadata().withDeletionTimestamp(now)));
    known(token); // It may still say goodbye.
    now = now.plusSeconds(61);
    assertThat(refused(token)).isEqualTo("service account token has been invalidated");
    world.pods.put("ns/web", pod("web", "other-uid", "robot", "node-1"));
    assertThat(refused(token))
        .isEqualTo("pod UID (other-uid) does not match service account pod ref claim (pod-uid)");
    world.pods.clear();
    assertThat(refused(token)).isEqualTo("service account token has been invalidated");
  }

  @Test
  void bindsTokensToSecretsAndNodes() {
    world.secrets.put("ns/s", secret("s", "s-uid", ""));
    world.nodes.put("n", Node.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("n").withUid("n-uid")));
    var ofSecret = issue(bound("Secret", "s", ""));
    var ofNode = issue(bound("Node", "n", "n-uid"));
    known(ofSecret);
    assertThat(known(ofNode).extra())
        .containsEntry("authentication.kubernetes.io/node-name", List.of("n"));
    world.secrets.clear();
    world.nodes.clear();

    assertThat(refused(ofSecret)).isEqualTo("service account token has been invalidated");
    assertThat(refused(ofNode)).isEqualTo("service account token has been invalidated");
  }

  @Test
  void bindsOnlyToWhatIsThereAndFits() {
    world.pods.put("ns/web", pod("web", "pod-uid", "other", ""));

    assertThatThrownBy(() -> issue(boundToPod("web", "pod-uid")))
        .hasMessageContaining("pod running with different serviceaccount name");
    world.pods.put("ns/web", pod("web", "pod-uid", "robot", ""));
    assertThatThrownBy(() -> issue(boundToPod("web", "old-uid")))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.isConflict()).isTrue());
    assertThatThrownBy(() -> issue(boundToPod("gone", "")))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.isNotFound()).isTrue());
    assertThatThrownBy(() -> issue(bound("Service", "web", "")))
        .hasMessageContaining("cannot bind token to object of type");
  }

  @Test
  void findsFaultWithTooShortAndTooLongLives() {
    assertThat(requests.faults(account("uid-1"), request(599)))
        .singleElement()
        .extracting("field")
        .isEqualTo("spec.expirationSeconds");
    assertThat(requests.faults(account("uid-1"), request((1L << 32) + 1))).hasSize(1);
    assertThat(requests.faults(account("uid-1"), request(600))).isEmpty();
    assertThat(requests.faults(account("uid-1"), TokenRequest.EMPTY)).isEmpty();
  }

  @Test
  void acceptsLegacyTokensAsLongAsTheirSecretHoldsThem() {
    var token = tokens.issueLegacy(account("uid-1"), "robot-token");
    assertThat(refused(token)).contains("secret is gone");
    world.secrets.put("ns/robot-token", secret("robot-token", "s", token));
    now = START.plus(Duration.ofDays(3650));
    assertThat(known(token).name()).isEqualTo("system:serviceaccount:ns:robot");

    world.secrets.put("ns/robot-token", secret("robot-token", "s", "another"));
    assertThat(refused(token)).contains("another token");
    world.secrets.put("ns/robot-token", secret("robot-token", "s", token));
    world.accounts.put("ns/robot", account("uid-2"));
    assertThat(refused(token)).contains("another one");
  }

  @Test
  void reviewsTokens() {
    var token = issue(TokenRequestSpec.EMPTY);
    var good = requests.review(review(token)).status();
    assertThat(good.authenticated()).isTrue();
    assertThat(good.user().username()).isEqualTo("system:serviceaccount:ns:robot");
    assertThat(good.user().groups()).contains("system:authenticated");
    assertThat(good.audiences()).containsExactly("https://api");

    var bad = requests.review(review("nonsense")).status();
    assertThat(bad.authenticated()).isFalse();
    assertThat(bad.error()).isNotEmpty();
    assertThat(bad.user().username()).isEmpty();
    assertThatThrownBy(() -> requests.review(review(""))).isInstanceOf(ApiException.class);
  }

  @Test
  void publishesWhatOthersNeedToVerifyTokens() {
    tokens = tokens(EC, List.of(RSA));
    var documents = new OpenIdDocuments(tokens);
    var configuration = (JsonObject) JsonParser.parse(documents.configuration("https://x:6443"));
    assertThat(configuration.text("issuer")).isEqualTo(ISSUER);
    assertThat(configuration.text("jwks_uri")).isEqualTo("https://x:6443/openid/v1/jwks");
    assertThat(configuration.list("id_token_signing_alg_values_supported")).hasSize(2);

    var keys = ((JsonObject) JsonParser.parse(documents.keys())).list("keys");
    assertThat(keys).hasSize(2);
    var ec = (JsonObject) keys.getFirst();
    assertThat(ec.text("kid")).isEqualTo(SigningKey.of(EC.getPublic()).id());
    assertThat(Base64.getUrlDecoder().decode(ec.text("x"))).hasSize(32);
    assertThat(Base64.getUrlDecoder().decode(((JsonObject) keys.get(1)).text("n"))).hasSize(256);
  }

  private String issue(TokenRequestSpec spec) {
    return requests.answer(account("uid-1"), TokenRequest.EMPTY.withSpec(spec)).status().token();
  }

  private UserInfo known(String token) {
    var outcome = tokens.authenticate(token);
    assertThat(outcome).isInstanceOf(Outcome.Known.class);
    return ((Outcome.Known) outcome).user();
  }

  private String refused(String token) {
    var outcome = tokens.authenticate(token);
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused) outcome).why();
  }

  private ServiceAccountTokens tokens(KeyPair signing, List<KeyPair> former) {
    var further = former.stream().map(KeyPair::getPublic).toList();
    return new ServiceAccountTokens(
        new ServiceAccountTokens.Config(ISSUER, List.of("https://api"), signing, further),
        world,
        () -> now);
  }

  private TokenRequests requests(ServiceAccountTokens issuer) {
    return new TokenRequests(issuer, issuer, () -> "id-" + ids.incrementAndGet());
  }

  private static JsonObject claims(String token) {
    return Jwt.unverifiedClaims(token).orElseThrow();
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static TokenRequest request(long seconds) {
    return TokenRequest.EMPTY.withSpec(TokenRequestSpec.EMPTY.withExpirationSeconds(seconds));
  }

  private static TokenReview review(String token) {
    return TokenReview.EMPTY.withSpec(TokenReviewSpec.EMPTY.withToken(token));
  }

  private static TokenRequestSpec boundToPod(String name, String uid) {
    return bound("Pod", name, uid);
  }

  private static TokenRequestSpec bound(String kind, String name, String uid) {
    return TokenRequestSpec.EMPTY.withBoundObjectRef(
        new BoundObjectReference(kind, "v1", name, uid));
  }

  private static ServiceAccount account(String uid) {
    return ServiceAccount.EMPTY.withMetadata(meta("robot", uid));
  }

  private static Pod pod(String name, String uid, String account, String node) {
    return Pod.EMPTY
        .withMetadata(meta(name, uid))
        .withSpec(PodSpec.EMPTY.withServiceAccountName(account).withNodeName(node));
  }

  private static Secret secret(String name, String uid, String token) {
    return Secret.EMPTY.withMetadata(meta(name, uid)).withData(Map.of("token", Bytes.utf8(token)));
  }

  private static ObjectMeta meta(String name, String uid) {
    return ObjectMeta.EMPTY.withNamespace("ns").withName(name).withUid(uid);
  }

  private static final class World implements BoundObjects {
    final Map<String, ServiceAccount> accounts = new HashMap<>();
    final Map<String, Pod> pods = new HashMap<>();
    final Map<String, Secret> secrets = new HashMap<>();
    final Map<String, Node> nodes = new HashMap<>();

    @Override
    public Optional<ServiceAccount> serviceAccount(String namespace, String name) {
      return Optional.ofNullable(accounts.get(namespace + "/" + name));
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
      return Optional.ofNullable(pods.get(namespace + "/" + name));
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
      return Optional.ofNullable(secrets.get(namespace + "/" + name));
    }

    @Override
    public Optional<Node> node(String name) {
      return Optional.ofNullable(nodes.get(name));
    }
  }
}
