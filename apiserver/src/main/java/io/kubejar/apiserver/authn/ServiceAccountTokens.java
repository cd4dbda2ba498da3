package io.kubejar.apiserver.authn;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Issues service-account tokens and judges them.
public final class ServiceAccountTokens implements TokenAuthenticator {
  /// What tokens are signed and accepted with.
  ///
  /// @param issuer a URL, the first part of every token's identity
  /// @param audiences of the API server; tokens are for them unless asked otherwise
  /// @param signing the pair that signs new tokens
  /// @param further public keys of former pairs, whose tokens are still good
  public record Config(
      String issuer, List<String> audiences, KeyPair signing, List<PublicKey> further) {
    public Config {
      audiences = List.copyOf(audiences);
      further = List.copyOf(further);
      if (issuer.isEmpty() || audiences.isEmpty()) {
        throw new IllegalArgumentException("tokens need an issuer and an audience");
      }
    }
  }

  /// How far two clocks may be apart; and how long a deleted object's tokens still count.
  private static final Duration LEEWAY = Duration.ofMinutes(1);

  private static final int REMEMBERED = 4096;

  private final Config config;
  private final SigningKey signingKey;
  private final List<SigningKey> keys;
  private final BoundObjects objects;
  private final InstantSource clock;
  private final LegacyTokens legacy;

  /// Whose signature was checked: it stays good, only the claims are judged anew each time.
  private final Map<String, JsonObject> verified =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JsonObject> eldest) {
          return size() > REMEMBERED;
        }
      };

  public ServiceAccountTokens(Config config, BoundObjects objects, InstantSource clock) {
    this.config = config;
    this.objects = objects;
    this.clock = clock;
    this.signingKey = SigningKey.of(config.signing().getPublic());
    var all = new ArrayList<SigningKey>();
    all.add(signingKey);
    config.further().forEach(key -> all.add(SigningKey.of(key)));
    this.keys = List.copyOf(all);
    this.legacy = new LegacyTokens(objects);
  }

  public Config config() {
    return config;
  }

  /// A token of a secret, without an end, as clusters before 1.24 had them.
  public String issueLegacy(ServiceAccount account, String secretName) {
    return Jwt.sign(
        LegacyTokens.claims(account, secretName), signingKey, config.signing().getPrivate());
  }

  @Override
  public Outcome authenticate(String token) {
    return authenticate(token, config.audiences());
  }

  @Override
  public Outcome authenticate(String token, List<String> wanted) {
    var issuer = Jwt.unverifiedClaims(token).map(claims -> claims.text("iss")).orElse("");
    if (!issuer.equals(config.issuer()) && !issuer.equals(LegacyTokens.ISSUER)) {
      return new Outcome.NotMine();
    }
    var claims = verifiedClaims(token);
    if (claims.isEmpty()) {
      return new Outcome.Refused("no known key signed the token");
    }
    if (issuer.equals(LegacyTokens.ISSUER)) {
      // Such tokens are for the API server; they name no audience.
      var audiences = wanted.stream().filter(config.audiences()::contains).toList();
      return audiences.isEmpty()
          ? new Outcome.Refused("the token is for the API server only")
          : legacy.judge(token, claims.get(), audiences);
    }
    return ServiceAccountClaims.from(claims.get())
        .map(read -> judge(read, wanted))
        .orElse(new Outcome.Refused("the token's claims are not those of a service account"));
  }

  /// Signs claims.
  String sign(ServiceAccountClaims claims) {
    return Jwt.sign(claims.toJson(), signingKey, config.signing().getPrivate());
  }

  List<SigningKey> keys() {
    return keys;
  }

  BoundObjects objects() {
    return objects;
  }

  InstantSource clock() {
    return clock;
  }

  private Outcome judge(ServiceAccountClaims claims, List<String> wanted) {
    var now = clock.instant();
    if (now.isAfter(claims.expires().plus(LEEWAY))) {
      return new Outcome.Refused("service account token has expired");
    }
    if (now.isBefore(claims.notBefore().minus(LEEWAY))) {
      return new Outcome.Refused("service account token is not valid yet");
    }
    if (now.isBefore(claims.issuedAt().minus(LEEWAY))) {
      return new Outcome.Refused("service account token is issued in the future");
    }
    var audiences = claims.audiences().stream().filter(wanted::contains).toList();
    if (audiences.isEmpty()) {
      return new Outcome.Refused(
          "token audiences "
              + shown(claims.audiences())
              + " is invalid for the target audiences "
              + shown(wanted));
    }
    return invalidBinding(claims, now)
        .<Outcome>map(Outcome.Refused::new)
        .orElseGet(() -> new Outcome.Known(ServiceAccounts.user(claims), audiences));
  }

  private static String shown(List<String> audiences) {
    return audiences.stream().map(GoText::quoted).collect(Collectors.joining(" ", "[", "]"));
  }

  /// Why the objects that a token is bound to make it invalid, if they do.
  private Optional<String> invalidBinding(ServiceAccountClaims claims, Instant now) {
    var namespace = claims.namespace();
    var wanted = claims.serviceAccount();
    var account = objects.serviceAccount(namespace, wanted.name()).map(ServiceAccount::metadata);
    if (account.isEmpty()) {
      return Optional.of("serviceaccounts " + GoText.quoted(wanted.name()) + " not found");
    }
    if (!account.get().uid().equals(wanted.uid())) {
      return Optional.of(
          "service account UID ("
              + account.get().uid()
              + ") does not match claim ("
              + wanted.uid()
              + ")");
    }
    if (deletedLongAgo(account.get().deletionTimestamp(), now)) {
      return Optional.of("service account has been deleted");
    }
    var why = Optional.<String>empty();
    if (claims.secret() != null) {
      var secret = objects.secret(namespace, claims.secret().name()).map(Secret::metadata);
      why = invalid("secret", secret, claims.secret(), now);
    }
    if (why.isEmpty() && claims.pod() != null) {
      var pod = objects.pod(namespace, claims.pod().name()).map(Pod::metadata);
      why = invalid("pod", pod, claims.pod(), now);
    }
    if (why.isEmpty() && claims.node() != null && claims.pod() == null) {
      // With a pod, the node only tells where that pod runs.
      var node = objects.node(claims.node().name()).map(Node::metadata);
      why = invalid("node", node, claims.node(), now);
    }
    return why;
  }

  private static Optional<String> invalid(
      String kind, Optional<ObjectMeta> found, TokenBinding binding, Instant now) {
    if (found.isEmpty() || deletedLongAgo(found.get().deletionTimestamp(), now)) {
      return Optional.of("service account token has been invalidated");
    }
    return found.get().uid().equals(binding.uid())
        ? Optional.empty()
        : Optional.of(
            kind
                + " UID ("
                + found.get().uid()
                + ") does not match service account "
                + kind
                + " ref claim ("
                + binding.uid()
                + ")");
  }

  private static boolean deletedLongAgo(@Nullable Instant deleted, Instant now) {
    return deleted != null && deleted.isBefore(now.minus(LEEWAY));
  }

  private Optional<JsonObject> verifiedClaims(String token) {
    var key = digest(token); // The token itself is not for keeping.
    synchronized (verified) {
      var known = verified.get(key);
      if (known != null) {
        return Optional.of(known);
      }
    }
    var claims = Jwt.verify(token, keys);
    claims.ifPresent(
        good -> {
          synchronized (verified) {
            verified.put(key, good);
          }
        });
    return claims;
  }

  private static String digest(String token) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      return new String(
          hash.digest(token.getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
