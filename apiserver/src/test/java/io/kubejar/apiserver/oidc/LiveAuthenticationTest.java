package io.kubejar.apiserver.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apiserver.authn.AnonymousAccess;
import io.kubejar.apiserver.authn.TokenAuthenticator.Outcome;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ReloadMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveAuthenticationTest {
  private static final String HEAD =
      "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n";

  private Instant now = Instant.parse("2026-11-28T00:00:00Z");

  @Test
  void takesANewConfigurationIntoUseAndKeepsTheOldOneIfItMust() {
    var live = live(HEAD, (_, _) -> new byte[0]);
    assertThat(live.get()).isEqualTo(new AnonymousAccess.Always());

    live.config().replace(HEAD + "anonymous: {enabled: true, conditions: [{path: /livez}]}\n");
    assertThat(live.get()).isEqualTo(new AnonymousAccess.OnlyTo(Set.of("/livez")));

    assertThatThrownBy(() -> live.config().replace(HEAD + "anonimous: {}\n"))
        .isInstanceOf(ConfigFileException.class)
        .hasMessage("strict decoding error: unknown field \"anonimous\"");
    assertThat(live.get()).isEqualTo(new AnonymousAccess.OnlyTo(Set.of("/livez")));
    live.config().replace(HEAD + "anonymous: {enabled: false}\n");
    assertThat(live.get()).isEqualTo(new AnonymousAccess.Never());
  }

  @Test
  void followsItsFile(@TempDir Path directory) throws Exception {
    var file = Files.writeString(directory.resolve("authentication.yaml"), HEAD);
    var changed = new CountDownLatch(1);
    try (var _ =
        io.kubejar.apiserver.configfile.FollowedFile.follow(
            file,
            content -> {
              if (content.contains("anonymous")) {
                changed.countDown();
              }
            })) {
      Files.writeString(file, HEAD + "anonymous: {enabled: false}\n");
      assertThat(changed.await(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void asksTheIssuerForKeysAtMostEveryTenSeconds() throws Exception {
    try (var provider = new IdentityProvider()) {
      var fetches = new java.util.concurrent.atomic.AtomicInteger();
      var https = new HttpsFetcher(new io.kubejar.apimachinery.time.RealClock());
      var live =
          live(
              HEAD
                  + """
                  jwt:
                  - issuer:
                      url: %s
                      audiences: [a]
                      certificateAuthority: |
                  %s
                    claimMappings: {username: {claim: sub, prefix: "x:"}}
                  """
                      .formatted(provider.url(), provider.authorityForYaml("        ")),
              (address, authority) -> {
                fetches.incrementAndGet();
                return https.get(address, authority);
              });
      var claims =
          "{\"iss\":\"%s\",\"aud\":\"a\",\"exp\":99999999999,\"sub\":\"jane\"}"
              .formatted(provider.url());
      assertThat(live.authenticate(provider.token(claims))).isInstanceOf(Outcome.Known.class);
      assertThat(live.authenticate(provider.token(claims), List.of("vault")))
          .isEqualTo(new Outcome.NotMine());
      provider.changeKeys("second");

      assertThat(live.authenticate(provider.token(claims))).isInstanceOf(Outcome.Refused.class);
      assertThat(fetches).hasValue(2);
      now = now.plusSeconds(10);
      assertThat(live.authenticate(provider.token(claims))).isInstanceOf(Outcome.Known.class);
      assertThat(fetches).hasValue(4);
      https.close();
    }
  }

  private LiveAuthentication live(String content, Fetcher fetcher) {
    return new LiveAuthentication(
        content,
        new LiveAuthentication.Surroundings(
            List.of("api"),
            Set.of("https://own"),
            new AnonymousAccess.Always(),
            fetcher,
            () -> now,
            new KeyMetrics(new PrometheusRegistry(), "test", () -> now),
            new ReloadMetrics(new PrometheusRegistry(), "authentication", "test", () -> now)));
  }
}
