package io.kubejar.apiserver.oidc;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apiserver.authn.TokenAuthenticator.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Judges the tokens of one issuer.
final class IssuerTokens {
  /// How far ahead an issuer's clock may be.
  private static final Duration NOT_YET = Duration.ofMinutes(5);

  private final JwtConfig config;
  private final ClaimMapping mapping;
  private final IssuerKeys keys;
  private final InstantSource clock;

  IssuerTokens(JwtConfig config, ClaimMapping mapping, IssuerKeys keys, InstantSource clock) {
    this.config = config;
    this.mapping = mapping;
    this.keys = keys;
    this.clock = clock;
  }

  String issuer() {
    return config.issuer().url();
  }

  /// @param audiences that the caller speaks for, which a good token is told to be for
  Outcome judge(SignedToken token, List<String> audiences) {
    var claims = token.claims();
    if (!claims.text("iss").equals(issuer())) {
      return new Outcome.NotMine();
    }
    var why = times(claims).or(() -> audience(claims)).orElse("");
    if (why.isEmpty()) {
      why = signature(token);
    }
    if (!why.isEmpty()) {
      return new Outcome.Refused(why);
    }
    try {
      return new Outcome.Known(mapping.user(claims), audiences);
    } catch (ClaimMapping.UnfitException unfit) {
      return new Outcome.Refused(String.valueOf(unfit.getMessage()));
    }
  }

  private Optional<String> times(JsonObject claims) {
    var now = clock.instant();
    var expires = instant(claims, "exp");
    if (expires.isEmpty() || expires.get().isBefore(now)) {
      return Optional.of("oidc: verify token: oidc: token is expired");
    }
    return instant(claims, "nbf")
        .filter(notBefore -> now.plus(NOT_YET).isBefore(notBefore))
        .map(_ -> "oidc: verify token: oidc: current time before the nbf (not before) time");
  }

  private Optional<String> audience(JsonObject claims) {
    var wanted = config.issuer().audiences();
    var given =
        claims.get("aud") instanceof JsonArray
            ? claims.list("aud").stream()
                .flatMap(one -> one instanceof JsonString(var text) ? Stream.of(text) : Stream.of())
                .toList()
            : List.of(claims.text("aud"));
    return given.stream().anyMatch(wanted::contains)
        ? Optional.empty()
        : Optional.of("oidc: verify token: oidc: expected audience in " + wanted + " got " + given);
  }

  private String signature(SignedToken token) {
    var algorithm = Algorithm.named(token.algorithm());
    if (algorithm.isEmpty() || token.header().has("crit")) {
      return "oidc: verify token: oidc: id token signed with unsupported algorithm, got \""
          + token.algorithm()
          + "\"";
    }
    try {
      return keys.refusal(token, algorithm.get());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The request ends; its stages notice.
      return "oidc: verify token: interrupted";
    }
  }

  private static Optional<Instant> instant(JsonObject claims, String name) {
    return claims.get(name) instanceof JsonNumber number
        ? Optional.of(Instant.ofEpochSecond((long) number.doubleValue()))
        : Optional.empty();
  }
}
