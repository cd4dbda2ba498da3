package io.kubejar.apiserver.oidc;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// A token in three parts, taken apart but not believed yet.
///
/// @param content what the signature is of
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record SignedToken(JsonObject header, JsonObject claims, byte[] content, byte[] signature) {
  /// Longer ones are not looked at.
  private static final int LONGEST = 64 << 10;

  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  /// Empty if the text is no token in its compact form.
  static Optional<SignedToken> of(String text) {
    var parts = text.length() > LONGEST ? new String[0] : text.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      boolean objects =
          JsonParser.parse(DECODER.decode(parts[0])) instanceof JsonObject
              && JsonParser.parse(DECODER.decode(parts[1])) instanceof JsonObject;
      return objects ? Optional.of(read(parts)) : Optional.empty();
    } catch (IllegalArgumentException | JsonFormatException _) {
      return Optional.empty();
    }
  }

  private static SignedToken read(String[] parts) {
    return new SignedToken(
        (JsonObject) JsonParser.parse(DECODER.decode(parts[0])),
        (JsonObject) JsonParser.parse(DECODER.decode(parts[1])),
        (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
        DECODER.decode(parts[2]));
  }

  String algorithm() {
    return header.text("alg");
  }

  String keyId() {
    return header.text("kid");
  }
}
