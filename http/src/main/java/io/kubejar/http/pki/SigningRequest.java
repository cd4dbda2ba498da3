package io.kubejar.http.pki;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/// Somebody's request for a certificate (PKCS#10), as far as it is read here.
///
/// What is wrong with a text is told in the words of Go's readers where they are known; of broken
/// ASN.1 only the kind of the fault is told alike.
public final class SigningRequest {
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE"
              + " REQUEST-----");
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int LENGTH_BYTES_MAX = 3;
  private static final String UNKNOWN = "x509: cannot verify signature: algorithm unimplemented";

  /// Algorithms of signatures by the encoding of their identifiers.
  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "KoZIhvcNAQEL", "SHA256withRSA",
          "KoZIhvcNAQEM", "SHA384withRSA",
          "KoZIhvcNAQEN", "SHA512withRSA",
          "KoZIzj0EAwI=", "SHA256withECDSA",
          "KoZIzj0EAwM=", "SHA384withECDSA",
          "KoZIzj0EAwQ=", "SHA512withECDSA",
          "K2Vw", "Ed25519");

  private final X500Principal subject;
  private final byte[] info;
  private final byte[] publicKey;
  private final String algorithm;
  private final byte[] signature;

  private SigningRequest(
      X500Principal subject, byte[] info, byte[] publicKey, String algorithm, byte[] signature) {
    this.subject = subject;
    this.info = info;
    this.publicKey = publicKey;
    this.algorithm = algorithm;
    this.signature = signature;
  }

  /// Reads the first block of a text.
  ///
  /// @throws IllegalArgumentException if it is no request
  public static SigningRequest parse(String pem) {
    var matcher = PEM.matcher(pem);
    if (!matcher.find()) {
      throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
    }
    var der = ByteBuffer.wrap(Base64.getMimeDecoder().decode(matcher.group(1)));
    var request = element(der, SEQUENCE);
    if (der.hasRemaining()) {
      throw new IllegalArgumentException("asn1: syntax error: trailing data");
    }
    var info = whole(request, SEQUENCE);
    var parts = element(ByteBuffer.wrap(info), SEQUENCE);
    element(parts, INTEGER); // The version.
    var subject = new X500Principal(whole(parts, SEQUENCE));
    var publicKey = whole(parts, SEQUENCE);
    var algorithm = bytes(element(element(request, SEQUENCE), OBJECT_IDENTIFIER));
    var signature = element(request, BIT_STRING);
    if (!signature.hasRemaining()) {
      throw new IllegalArgumentException("asn1: syntax error: zero length BIT STRING");
    }
    signature.get(); // How many bits of the last byte do not count.
    var name = ALGORITHMS.getOrDefault(Base64.getEncoder().encodeToString(algorithm), "");
    return new SigningRequest(subject, info, publicKey, name, bytes(signature));
  }

  /// For whom the certificate is asked.
  public X500Principal subject() {
    return subject;
  }

  /// Checks that whoever asks has the key.
  ///
  /// @throws IllegalArgumentException if not
  public void checkSignature() {
    boolean genuine;
    try {
      if (algorithm.isEmpty()) {
        throw new IllegalArgumentException(UNKNOWN);
      }
      var verifier = Signature.getInstance(algorithm);
      verifier.initVerify(key());
      verifier.update(info);
      genuine = verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      genuine = false;
    }
    if (!genuine) {
      throw new IllegalArgumentException(
          algorithm.endsWith("RSA")
              ? "crypto/rsa: verification error"
              : algorithm.endsWith("ECDSA")
                  ? "x509: ECDSA verification failure"
                  : "x509: Ed25519 verification failure");
    }
  }

  private java.security.PublicKey key() throws GeneralSecurityException {
    var family = algorithm.endsWith("RSA") ? "RSA" : algorithm.endsWith("ECDSA") ? "EC" : algorithm;
    return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(publicKey));
  }

  /// The next element with its heading.
  private static byte[] whole(ByteBuffer from, int tag) {
    int start = from.position();
    element(from, tag);
    var encoded = new byte[from.position() - start];
    from.get(start, encoded);
    return encoded;
  }

  private static byte[] bytes(ByteBuffer content) {
    var copy = new byte[content.remaining()];
    content.get(copy);
    return copy;
  }

  /// The content of the next element, which the outer buffer then stands behind. It is a view of
  /// the same bytes with the same positions.
  private static ByteBuffer element(ByteBuffer from, int tag) {
    if (from.remaining() < 2) {
      throw new IllegalArgumentException("asn1: syntax error: sequence truncated");
    }
    if ((from.get() & 0xff) != tag) {
      throw new IllegalArgumentException("asn1: structure error: tags don't match");
    }
    int length = from.get() & 0xff;
    if (length > 0x80) {
      int bytes = length & 0x7f;
      if (bytes > LENGTH_BYTES_MAX || from.remaining() < bytes) {
        throw new IllegalArgumentException("asn1: structure error: length too large");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | (from.get() & 0xff);
      }
    }
    if (length > from.remaining()) {
      throw new IllegalArgumentException("asn1: syntax error: data truncated");
    }
    var content = from.duplicate();
    content.limit(from.position() + length);
    from.position(from.position() + length);
    return content;
  }
}
