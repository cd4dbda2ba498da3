package io.kubejar.apiserver.authn;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Signed tokens in their compact form (RFC 7515, 7519): three parts with dots between them.
final class Jwt {
  /// Longer ones are not looked at.
  private static final int LONGEST = 64 << 10;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private Jwt() {}

  static String sign(JsonObject claims, SigningKey key, PrivateKey privateKey) {
    var header =
        new JsonObject(
            new LinkedHashMap<>(
                Map.of("alg", new JsonString(key.algorithm()), "kid", new JsonString(key.id()))));
    var content = part(header) + "." + part(claims);
    try {
      var signed = key.sign(privateKey, content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + ENCODER.encodeToString(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the token key cannot sign", e);
    }
  }

  /// What a token claims, without a look at its signature: only good for choosing who judges it.
  static Optional<JsonObject> unverifiedClaims(String token) {
    var parts = parts(token);
    return parts.length == 3 ? object(parts[1]) : Optional.empty();
  }

  /// The claims, if one of these keys signed them. A token without a key's name may be signed by
  /// any of them; the algorithm is always the key's own.
  static Optional<JsonObject> verify(String token, Collection<SigningKey> keys) {
    var parts = parts(token);
    if (parts.length != 3) {
      return Optional.empty();
    }
    var header = object(parts[0]);
    // Extensions that must be understood: we know none.
    if (header.isEmpty() || header.get().has("crit")) {
      return Optional.empty();
    }
    var wantedKey = header.get().text("kid");
    var algorithm = header.get().text("alg");
    var content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    byte[] signature;
    try {
      signature = DECODER.decode(parts[2]);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    for (var key : keys) {
      if ((wantedKey.isEmpty() || wantedKey.equals(key.id()))
          && algorithm.equals(key.algorithm())
          && key.verify(content, signature)) {
        return object(parts[1]);
      }
    }
    return Optional.empty();
  }

  private static String[] parts(String token) {
    return token.length() > LONGEST ? new String[0] : token.split("\\.", -1);
  }

  private static String part(JsonObject content) {
    return ENCODER.encodeToString(JsonPrinter.printUtf8(content));
  }

  private static Optional<JsonObject> object(String part) {
    try {
      return JsonParser.parse(DECODER.decode(part)) instanceof JsonObject object
          ? Optional.of(object)
          : Optional.empty();
    } catch (IllegalArgumentException | JsonFormatException e) {
      return Optional.empty();
    }
  }
}
