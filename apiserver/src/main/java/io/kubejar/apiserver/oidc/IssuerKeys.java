package io.kubejar.apiserver.oidc;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apiserver.oidc.JwtConfig.Issuer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The keys of one issuer. They are fetched when a first token comes, and again when a token's
/// signature is of none of them: that is how issuers change their keys. Bounded, so that made-up
/// tokens cannot make this server pester the issuer.
final class IssuerKeys {
  /// No two attempts come closer than this.
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(10);

  private static final String WELL_KNOWN = "/.well-known/openid-configuration";

  private final Issuer issuer;
  private final Fetcher fetcher;
  private final InstantSource clock;
  private final KeyFetches fetches;
  private final ReentrantLock fetching = new ReentrantLock();

  /// How often keys came; read before and after, it tells whether others are known now.
  private volatile int generation;

  private volatile @Nullable JsonWebKeys known;
  private @Nullable Instant lastAttempt;
  private String lastFailure = "";

  /// Hears of attempts to get keys, for metrics.
  @FunctionalInterface
  interface KeyFetches {
    void ended(String issuerUrl, boolean success);
  }

  IssuerKeys(Issuer issuer, Fetcher fetcher, InstantSource clock, KeyFetches fetches) {
    this.issuer = issuer;
    this.fetcher = fetcher;
    this.clock = clock;
    this.fetches = fetches;
  }

  /// Why this token is not signed by the issuer; empty if it is.
  String refusal(SignedToken token, Algorithm algorithm) throws InterruptedException {
    int before = generation;
    var keys = known;
    if (keys != null && keys.verify(token, algorithm)) {
      return "";
    }
    fetching.lockInterruptibly();
    try {
      if (generation == before) { // Otherwise somebody else has fetched meanwhile.
        fetch();
      }
      var fresh = known;
      if (fresh == null) {
        return "oidc: authenticator not initialized: " + lastFailure;
      }
      return generation != before && fresh.verify(token, algorithm)
          ? ""
          : "oidc: verify token: failed to verify signature: failed to verify id token signature";
    } finally {
      fetching.unlock();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the lock.
  private void fetch() throws InterruptedException {
    var now = clock.instant();
    if (lastAttempt != null && now.isBefore(lastAttempt.plus(BETWEEN_FETCHES))) {
      return;
    }
    lastAttempt = now;
    try {
      known = JsonWebKeys.parse(get(keysAddress()));
      generation++;
      fetches.ended(issuer.url(), true);
    } catch (IOException | IllegalArgumentException failure) {
      lastFailure = String.valueOf(failure.getMessage());
      fetches.ended(issuer.url(), false);
    }
  }

  /// What the issuer says of itself must fit, or somebody else's keys would be believed.
  private String keysAddress() throws IOException, InterruptedException {
    var address =
        issuer.discoveryUrl().isEmpty()
            ? withoutSlash(issuer.url()) + WELL_KNOWN
            : issuer.discoveryUrl();
    try {
      if (!(JsonParser.parse(get(address)) instanceof JsonObject document)) {
        throw new IOException("oidc: failed to decode provider discovery object");
      }
      if (!document.text("issuer").equals(issuer.url())) {
        throw new IOException(
            "oidc: issuer did not match the issuer returned by provider, expected \""
                + issuer.url()
                + "\" got \""
                + document.text("issuer")
                + "\"");
      }
      if (document.text("jwks_uri").isEmpty()) {
        throw new IOException("provider did not return JWKS URL");
      }
      return document.text("jwks_uri");
    } catch (JsonFormatException malformed) {
      throw new IOException("oidc: failed to decode provider discovery object", malformed);
    }
  }

  private byte[] get(String address) throws IOException, InterruptedException {
    return fetcher.get(URI.create(address), issuer.certificateAuthority());
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }
}
