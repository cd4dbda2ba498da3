package io.kubejar.apiserver.oidc;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import java.util.Optional;

/// The ways in which tokens of identity providers may be signed, by the name in a token's header.
///
/// @param curveBits of the elliptic key it takes; 0 for RSA
/// @param saltBytes of the padding; 0 for the older padding
record Algorithm(String javaName, int curveBits, String hash, int saltBytes) {
  private static final int SMALLEST_RSA_BITS = 2048;
  private static final Map<String, Algorithm> ALL =
      Map.of(
          "RS256", new Algorithm("SHA256withRSA", 0, "SHA-256", 0),
          "RS384", new Algorithm("SHA384withRSA", 0, "SHA-384", 0),
          "RS512", new Algorithm("SHA512withRSA", 0, "SHA-512", 0),
          "PS256", new Algorithm("RSASSA-PSS", 0, "SHA-256", 32),
          "PS384", new Algorithm("RSASSA-PSS", 0, "SHA-384", 48),
          "PS512", new Algorithm("RSASSA-PSS", 0, "SHA-512", 64),
          "ES256", new Algorithm("SHA256withECDSAinP1363Format", 256, "SHA-256", 0),
          "ES384", new Algorithm("SHA384withECDSAinP1363Format", 384, "SHA-384", 0),
          "ES512", new Algorithm("SHA512withECDSAinP1363Format", 521, "SHA-512", 0));

  /// Empty for those that are not trusted, `none` among them.
  static Optional<Algorithm> named(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  /// Whether this key made this signature in this way.
  boolean verify(PublicKey key, byte[] content, byte[] signed) {
    if (!fits(key)) {
      return false;
    }
    try {
      var signature = Signature.getInstance(javaName);
      if (saltBytes > 0) {
        var mask = new MGF1ParameterSpec(hash);
        signature.setParameter(new PSSParameterSpec(hash, "MGF1", mask, saltBytes, 1));
      }
      signature.initVerify(key);
      signature.update(content);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false; // Not even the form of a signature.
    }
  }

  private boolean fits(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> curveBits == 0 && rsa.getModulus().bitLength() >= SMALLEST_RSA_BITS;
      case ECPublicKey ec -> ec.getParams().getOrder().bitLength() == curveBits;
      default -> false;
    };
  }
}
