package io.kubejar.apiserver.authn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apiserver.authn.Authenticator.Credentials;
import io.kubejar.http.Headers;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnionAuthenticatorTest {
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("ca", Clock.systemUTC());

  private final UnionAuthenticator authenticator =
      new UnionAuthenticator(
          List.of(new X509Authenticator()),
          new OneToken(),
          () -> new AnonymousAccess.OnlyTo(Set.of("/healthz")));

  @Test
  void takesUserAndGroupsFromACertificate() {
    var user = byCertificate(CertificateSpec.client("jane, \"the\" doe", "devs", "ops=1"));

    assertThat(user.name()).isEqualTo("jane, \"the\" doe");
    assertThat(user.groups()).containsExactlyInAnyOrder("devs", "ops=1", "system:authenticated");
    assertThat(user.extra().get("authentication.kubernetes.io/credential-id"))
        .singleElement()
        .asString()
        .matches("X509SHA256=[0-9a-f]{64}");
  }

  @Test
  void takesNobodyFromACertificateWithoutAName() {
    var leaf = AUTHORITY.issue(CertificateSpec.client("", "system:masters")).leaf();

    assertThat(authenticator.authenticate(new Credentials(List.of(leaf), Headers.EMPTY, "/api")))
        .isEmpty();
  }

  @Test
  void takesTheUserFromABearerToken() {
    assertThat(byHeaders("/api", "Authorization", "Bearer good"))
        .hasValueSatisfying(
            user -> assertThat(user.groups()).containsExactly("g", "system:authenticated"));
    assertThat(byHeaders("/api", "authorization", "bearer good ")).isPresent();
    assertThat(byHeaders("/api", "Authorization", "Bearer  good")).isEmpty();
    assertThat(byHeaders("/api", "Authorization", "Bearer bad")).isEmpty();
    assertThat(byHeaders("/api", "Authorization", "Basic good")).isEmpty();
    assertThat(byHeaders("/api", "Authorization", "Bearer good and more")).isPresent();
  }

  @Test
  void takesTheTokenFromAWebSocketsSubprotocol() {
    var encoded = Base64.getUrlEncoder().withoutPadding().encodeToString("good".getBytes(UTF_8));
    var protocols = "v4.channel.k8s.io, base64url.bearer.authorization.k8s.io." + encoded;

    assertThat(byHeaders("/api", "Upgrade", "websocket", "Sec-WebSocket-Protocol", protocols))
        .isPresent();
    assertThat(byHeaders("/api", "Sec-WebSocket-Protocol", protocols)).isEmpty();
  }

  @Test
  void letsStrangersOnlyToTheOpenPaths() {
    assertThat(byHeaders("/healthz")).contains(UserInfo.anonymous());
    assertThat(byHeaders("/api")).isEmpty();
  }

  @Test
  void refusesABadTokenEvenOnOpenPaths() {
    assertThat(byHeaders("/healthz", "Authorization", "Bearer bad")).isEmpty();
  }

  private UserInfo byCertificate(CertificateSpec spec) {
    var leaf = AUTHORITY.issue(spec).leaf();
    return authenticator
        .authenticate(new Credentials(List.of(leaf), Headers.EMPTY, "/api"))
        .orElseThrow();
  }

  private Optional<UserInfo> byHeaders(String path, String... headers) {
    return authenticator.authenticate(new Credentials(List.of(), Headers.of(headers), path));
  }

  private static final class OneToken implements TokenAuthenticator {
    @Override
    public Outcome authenticate(String token, List<String> audiences) {
      return token.equals("good")
          ? new Outcome.Known(new UserInfo("u", "", List.of("g"), Map.of()), audiences)
          : new Outcome.Refused("unknown");
    }

    @Override
    public Outcome authenticate(String token) {
      return authenticate(token, List.of("api"));
    }
  }
}
