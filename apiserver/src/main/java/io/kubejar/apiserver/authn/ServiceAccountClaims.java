package io.kubejar.apiserver.authn;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a service-account token says, in upstream's words.
///
/// @param warnAfter from when on a use shall be remarked on; null for tokens that end when they say
record ServiceAccountClaims(
    String issuer,
    List<String> audiences,
    String id,
    Instant issuedAt,
    Instant notBefore,
    Instant expires,
    @Nullable Instant warnAfter,
    String namespace,
    TokenBinding serviceAccount,
    @Nullable TokenBinding pod,
    @Nullable TokenBinding secret,
    @Nullable TokenBinding node) {
  private static final String PRIVATE = "kubernetes.io";

  ServiceAccountClaims {
    audiences = List.copyOf(audiences);
  }

  String subject() {
    return ServiceAccounts.userName(namespace, serviceAccount.name());
  }

  JsonObject toJson() {
    var own = new LinkedHashMap<String, JsonValue>();
    own.put("namespace", new JsonString(namespace));
    if (node != null) {
      own.put("node", node.toJson());
    }
    if (pod != null) {
      own.put("pod", pod.toJson());
    }
    if (secret != null) {
      own.put("secret", secret.toJson());
    }
    own.put("serviceaccount", serviceAccount.toJson());
    if (warnAfter != null) {
      own.put("warnafter", seconds(warnAfter));
    }
    var claims = new LinkedHashMap<String, JsonValue>();
    claims.put("aud", new JsonArray(audiences.stream().<JsonValue>map(JsonString::new).toList()));
    claims.put("exp", seconds(expires));
    claims.put("iat", seconds(issuedAt));
    claims.put("iss", new JsonString(issuer));
    claims.put("jti", new JsonString(id));
    claims.put(PRIVATE, new JsonObject(own));
    claims.put("nbf", seconds(notBefore));
    claims.put("sub", new JsonString(subject()));
    return new JsonObject(claims);
  }

  /// Reads a token's claims; empty if they are not those of a bound service-account token.
  static Optional<ServiceAccountClaims> from(JsonObject claims) {
    var own = claims.object(PRIVATE);
    var serviceAccount = TokenBinding.from(own, "serviceaccount");
    var expires = instant(claims, "exp");
    if (serviceAccount == null || expires == null || own.text("namespace").isEmpty()) {
      return Optional.empty();
    }
    var issuedAt = instant(claims, "iat");
    var notBefore = instant(claims, "nbf");
    var read =
        new ServiceAccountClaims(
            claims.text("iss"),
            audiences(claims),
            claims.text("jti"),
            issuedAt == null ? Instant.EPOCH : issuedAt,
            notBefore == null ? Instant.EPOCH : notBefore,
            expires,
            instant(own, "warnafter"),
            own.text("namespace"),
            serviceAccount,
            TokenBinding.from(own, "pod"),
            TokenBinding.from(own, "secret"),
            TokenBinding.from(own, "node"));
    return read.subject().equals(claims.text("sub")) ? Optional.of(read) : Optional.empty();
  }

  /// One audience may stand alone or in a list.
  private static List<String> audiences(JsonObject claims) {
    if (claims.get("aud") instanceof JsonString(var one)) {
      return List.of(one);
    }
    return claims.list("aud").stream()
        .flatMap(value -> value instanceof JsonString(var text) ? Stream.of(text) : Stream.empty())
        .toList();
  }

  private static JsonNumber seconds(Instant instant) {
    return JsonNumber.of(instant.getEpochSecond());
  }

  private static @Nullable Instant instant(JsonObject claims, String name) {
    if (!(claims.get(name) instanceof JsonNumber number)) {
      return null;
    }
    double seconds = number.doubleValue();
    // Far beyond any date: not a time, and not to overflow on.
    return seconds >= 0 && seconds < 1e12 ? Instant.ofEpochSecond((long) seconds) : null;
  }
}
