package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.oidc.IdentityProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Users of an identity provider, over HTTPS on both sides.
class OidcTest {
  private static final RealClock CLOCK = new RealClock();
  private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

  @TempDir static Path directory;
  private static IdentityProvider provider;
  private static TestServer server;
  private static Http stranger;

  @BeforeAll
  static void start() throws Exception {
    provider = new IdentityProvider();
    server = serverWith(MAPPINGS);
    stranger = Http.withoutCertificate(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    provider.close();
  }

  private static final String MAPPINGS =
      """
        claimValidationRules:
        - claim: hd
          requiredValue: example.org
        - expression: "claims.sub != 'mallory'"
          message: not her
        claimMappings:
          username:
            expression: "'oidc:' + claims.sub"
          groups:
            claim: roles
            prefix: "team:"
          uid:
            claim: oid
          extra:
          - key: example.org/tenant
            valueExpression: "has(claims.tenant) ? claims.tenant : ''"
        userValidationRules:
        - expression: "!user.username.endsWith('system')"
          message: reserved
      """;

  @Test
  void makesAUserOfTheClaims() throws Exception {
    var user =
        who(
            "\"sub\":\"jane\",\"roles\":[\"devs\",\"ops\"],\"oid\":\"7\",\"tenant\":\"blue\","
                + "\"jti\":\"t1\"");

    assertThat(user.text("username")).isEqualTo("oidc:jane");
    assertThat(user.text("uid")).isEqualTo("7");
    assertThat(user.list("groups"))
        .hasToString("[\"team:devs\", \"team:ops\", \"system:authenticated\"]");
    assertThat(user.object("extra").list("example.org/tenant")).hasToString("[\"blue\"]");
    assertThat(user.object("extra").list("authentication.kubernetes.io/credential-id"))
        .hasToString("[\"JTI=t1\"]");
    assertThat(who("\"sub\":\"bob\",\"roles\":\"devs\",\"oid\":\"8\"").list("groups"))
        .hasToString("[\"team:devs\", \"system:authenticated\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          expired|"exp":1000
          not yet valid|"exp":99999999999,"nbf":99999999998
          for others|"aud":"somebody"
          of another domain|"hd":"example.com"
          of somebody unwanted|"sub":"mallory"
          of a reserved name|"sub":"system"
          without a subject|"sub":5
          with odd groups|"roles":[5]
          without a uid|"oid":null
          of another issuer|"iss":"https://elsewhere"
          """)
  void refusesTokens(String what, String change) throws Exception {
    assertThat(status(provider.token(claims(change)))).as(what).isEqualTo(401);
  }

  @Test
  void refusesTokensThatTheIssuerDidNotSign() throws Exception {
    var good = provider.token(claims("\"sub\":\"jane\""));
    var none = provider.signed("{\"alg\":\"none\"}", claims("\"sub\":\"jane\""));
    var hmac = provider.signed("{\"alg\":\"HS256\"}", claims("\"sub\":\"jane\""));
    var parts = good.split("\\.", -1);
    var other = provider.token(claims("\"sub\":\"admin\"")).split("\\.", -1);

    assertThat(status(good)).isEqualTo(201);
    assertThat(status(none)).isEqualTo(401);
    assertThat(status(hmac)).isEqualTo(401);
    assertThat(status(parts[0] + "." + other[1] + "." + parts[2])).isEqualTo(401);
    assertThat(status(parts[0] + "." + parts[1] + ".")).isEqualTo(401);
  }

  @Test
  void doesNotPesterTheIssuer() throws Exception {
    status(provider.token(claims("\"sub\":\"jane\"")));
    int before = provider.keyFetches();
    for (int i = 0; i < 20; i++) {
      status(provider.signed("{\"alg\":\"RS256\",\"kid\":\"unknown" + i + "\"}", claims("")));
    }

    assertThat(provider.keyFetches() - before).isLessThanOrEqualTo(1);
  }

  @Test
  void tellsInOneLineWhatIsWrongWithItsFile() throws Exception {
    for (var fault :
        List.of(
            "        claimMappings: {username: {claim: sub}}\n"
                + "|jwt[0].claimMappings.username.prefix: Required value: prefix is required when"
                + " claim is set",
            "        claimMappings: {username: {claim: sub, prefix: ''}}\n        clams: []\n"
                + "|strict decoding error: unknown field \"jwt[0].clams\"",
            "        claimMappings: {username: {expression: 'claims.'}}\n"
                + "|jwt[0].claimMappings.username.expression: Invalid value: \"claims.\":"
                + " compilation failed",
            "        claimMappings: {username: {expression: 'claims.email'}}\n"
                + "|claims.email_verified must be used")) {
      var parts = fault.split("\\|", 2);
      assertThatThrownBy(() -> serverWith(parts[0]).close())
          .isInstanceOf(ConfigFileException.class)
          .hasMessageContaining(parts[1]);
    }
  }

  private static TestServer serverWith(String mappings) throws Exception {
    var file = Files.createTempFile(directory, "authentication", ".yaml");
    Files.writeString(
        file,
        """
        apiVersion: apiserver.config.k8s.io/v1
        kind: AuthenticationConfiguration
        anonymous: {enabled: false}
        jwt:
        - issuer:
            url: %s
            audiences: [kubejar, other]
            audienceMatchPolicy: MatchAny
            certificateAuthority: |
        %s
        %s
        """
            .formatted(
                provider.url(),
                provider.authorityForYaml("      "),
                mappings.stripTrailing().stripIndent().indent(2)));
    return TestServer.start(
        CLOCK,
        options -> options.withAuthentication(options.authentication().withFile(file)),
        List.of());
  }

  /// Good claims, with these instead of or besides them.
  private static String claims(String change) {
    var all = new java.util.LinkedHashMap<String, String>();
    for (var claim :
        List.of(
            "\"iss\":\"" + provider.url() + "\"",
            "\"aud\":[\"x\",\"kubejar\"]",
            "\"exp\":99999999999",
            "\"hd\":\"example.org\"",
            "\"sub\":\"jane\"",
            "\"oid\":\"1\"")) {
      all.put(claim.substring(0, claim.indexOf(':')), claim);
    }
    if (!change.isEmpty()) {
      for (var claim : change.split(",(?=\"\\w+\":)", -1)) {
        all.put(claim.substring(0, claim.indexOf(':')), claim);
      }
    }
    return "{" + String.join(",", all.values()) + "}";
  }

  private static JsonObject who(String change) throws Exception {
    var token = provider.token(claims(change));
    var answer = post(token);
    assertThat(answer.statusCode()).isEqualTo(201);
    return Http.json(answer).object("status").object("userInfo");
  }

  private static int status(String token) throws Exception {
    return post(token).statusCode();
  }

  private static java.net.http.HttpResponse<byte[]> post(String token) throws Exception {
    return stranger.send(
        "POST",
        WHO,
        "{}".getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json",
        "Authorization",
        "Bearer " + token);
  }
}
