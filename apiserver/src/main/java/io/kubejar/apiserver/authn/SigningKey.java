package io.kubejar.apiserver.authn;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;

/// The public half of a key that signs tokens, with the one algorithm it may be used with: what a
/// token's header claims about algorithms is compared with this, never followed.
record SigningKey(String id, String algorithm, PublicKey key) {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final int P256_BITS = 256;
  private static final int P256_BYTES = 32;
  private static final int SMALLEST_RSA_BITS = 2048;

  static SigningKey of(PublicKey key) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return new SigningKey(URL.encodeToString(hash), algorithmOf(key), key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static String algorithmOf(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa when rsa.getModulus().bitLength() >= SMALLEST_RSA_BITS -> "RS256";
      case ECPublicKey ec when ec.getParams().getOrder().bitLength() == P256_BITS -> "ES256";
      default ->
          throw new IllegalArgumentException("token keys are RSA from 2048 bits on, or P-256");
    };
  }

  byte[] sign(PrivateKey privateKey, byte[] content) throws GeneralSecurityException {
    var signature = signature();
    signature.initSign(privateKey);
    signature.update(content);
    return signature.sign();
  }

  boolean verify(byte[] content, byte[] signed) {
    try {
      var signature = signature();
      signature.initVerify(key);
      signature.update(content);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // Not even the form of a signature.
    }
  }

  /// The key as a JSON Web Key.
  JsonValue toJwk() {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("use", new JsonString("sig"));
    switch (key) {
      case RSAPublicKey rsa -> {
        fields.put("kty", new JsonString("RSA"));
        fields.put("n", number(rsa.getModulus(), 0));
        fields.put("e", number(rsa.getPublicExponent(), 0));
      }
      case ECPublicKey ec -> {
        fields.put("kty", new JsonString("EC"));
        fields.put("crv", new JsonString("P-256"));
        fields.put("x", number(ec.getW().getAffineX(), P256_BYTES));
        fields.put("y", number(ec.getW().getAffineY(), P256_BYTES));
      }
      default -> throw new IllegalStateException("no such key can be made");
    }
    fields.put("kid", new JsonString(id));
    fields.put("alg", new JsonString(algorithm));
    return new JsonObject(fields);
  }

  private Signature signature() throws GeneralSecurityException {
    // The fixed-length form of an elliptic signature, as tokens have it.
    return Signature.getInstance(
        algorithm.equals("RS256") ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
  }

  /// The unsigned bytes of a number, padded to a length or as short as possible.
  private static JsonString number(BigInteger value, int length) {
    var bytes = value.toByteArray();
    int zeros = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
    var magnitude = Arrays.copyOfRange(bytes, zeros, bytes.length);
    var padded = magnitude;
    if (magnitude.length < length) {
      padded = new byte[length];
      System.arraycopy(magnitude, 0, padded, length - magnitude.length, magnitude.length);
    }
    return new JsonString(URL.encodeToString(padded));
  }
}
