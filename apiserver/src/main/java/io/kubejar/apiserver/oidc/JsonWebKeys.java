package io.kubejar.apiserver.oidc;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The public keys of an issuer (RFC 7517), as far as they are of known types.
record JsonWebKeys(List<Named> keys) {
  private static final int KEYS_MAX = 100;
  private static final Map<String, String> CURVES =
      Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

  /// @param id may be empty
  record Named(String id, PublicKey key) {}

  JsonWebKeys {
    keys = List.copyOf(keys);
  }

  /// @throws IOException if it is no set of keys
  static JsonWebKeys parse(byte[] document) throws IOException {
    try {
      if (!(JsonParser.parse(document) instanceof JsonObject set) || !set.has("keys")) {
        throw new IOException("oidc: failed to decode keys: no keys");
      }
      var keys = new ArrayList<Named>();
      for (var element : set.list("keys")) {
        if (element instanceof JsonObject key && keys.size() < KEYS_MAX && isForSigning(key)) {
          key(key).ifPresent(read -> keys.add(new Named(key.text("kid"), read)));
        }
      }
      return new JsonWebKeys(keys);
    } catch (JsonFormatException malformed) {
      throw new IOException("oidc: failed to decode keys: " + malformed.getMessage(), malformed);
    }
  }

  /// Whether one of these keys signed the token: the one it names, or any if it names none.
  boolean verify(SignedToken token, Algorithm algorithm) {
    return keys.stream()
        .filter(key -> token.keyId().isEmpty() || token.keyId().equals(key.id()))
        .anyMatch(key -> algorithm.verify(key.key(), token.content(), token.signature()));
  }

  private static boolean isForSigning(JsonObject key) {
    return key.text("use").isEmpty() || key.text("use").equals("sig");
  }

  /// What is not understood is left out: an issuer may have keys for others.
  private static Optional<PublicKey> key(JsonObject key) {
    try {
      return switch (key.text("kty")) {
        case "RSA" -> {
          var spec = new RSAPublicKeySpec(number(key, "n"), number(key, "e"));
          yield Optional.of(KeyFactory.getInstance("RSA").generatePublic(spec));
        }
        case "EC" -> elliptic(key);
        default -> Optional.empty();
      };
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<PublicKey> elliptic(JsonObject key) throws GeneralSecurityException {
    var curve = CURVES.get(key.text("crv"));
    if (curve == null) {
      return Optional.empty();
    }
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    var point = new ECPoint(number(key, "x"), number(key, "y"));
    var spec = new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class));
    return Optional.of(KeyFactory.getInstance("EC").generatePublic(spec));
  }

  private static BigInteger number(JsonObject key, String name) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.text(name)));
  }
}
