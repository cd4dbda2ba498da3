package io.kubejar.http.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The text form of keys and certificates.
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final Base64.Encoder BASE64 =
      Base64.getMimeEncoder(64, new byte[] {'\n'}); // Lines as openssl writes them.

  private static final byte[] RSA = Der.sequence(Der.oid("1.2.840.113549.1.1.1"), Der.nothing());
  private static final byte[] P256_CURVE = Der.oid("1.2.840.10045.3.1.7");
  private static final byte[] P256 = Der.sequence(Der.oid("1.2.840.10045.2.1"), P256_CURVE);
  private static final int P256_BITS = 256;
  private static final byte UNCOMPRESSED_POINT = 4;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Block(String type, byte[] content) {}

  private Pem() {}

  public static String encode(List<X509Certificate> certificates) {
    var text = new StringBuilder();
    for (var certificate : certificates) {
      text.append(encode("CERTIFICATE", der(certificate)));
    }
    return text.toString();
  }

  public static String encode(PrivateKey key) {
    return encode("PRIVATE KEY", key.getEncoded());
  }

  /// The key in the form that clients of Kubernetes find in kubeconfigs: elliptic ones as SEC1 (`EC
  /// PRIVATE KEY`). Java clients tell the algorithm from the heading and take `PRIVATE KEY` for
  /// RSA.
  public static String encodeKey(KeyMaterial material) {
    if (material.key() instanceof ECPrivateKey key
        && material.leaf().getPublicKey() instanceof ECPublicKey other
        && key.getParams().getOrder().bitLength() == P256_BITS) {
      var point =
          Der.concat(
              new byte[] {UNCOMPRESSED_POINT},
              fixed(other.getW().getAffineX()),
              fixed(other.getW().getAffineY()));
      return encode(
          "EC PRIVATE KEY",
          Der.sequence(
              Der.integer(1),
              Der.octets(fixed(key.getS())),
              Der.explicit(0, P256_CURVE),
              Der.explicit(1, Der.bits(point))));
    }
    return encode(material.key());
  }

  /// A number of the curve, in as many bytes as all of them have.
  private static byte[] fixed(BigInteger number) {
    var bytes = number.toByteArray();
    var whole = new byte[P256_BITS / Byte.SIZE];
    int length =
        Math.min(bytes.length, whole.length); // A leading zero may say that it is positive.
    System.arraycopy(bytes, bytes.length - length, whole, whole.length - length, length);
    return whole;
  }

  public static String encode(PublicKey key) {
    return encode("PUBLIC KEY", key.getEncoded());
  }

  /// All certificates of a text; other blocks are passed over.
  public static List<X509Certificate> certificates(String pem) {
    var found = new ArrayList<X509Certificate>();
    try {
      var factory = CertificateFactory.getInstance("X.509");
      for (var block : blocks(pem)) {
        if (block.type().equals("CERTIFICATE")) {
          var in = new ByteArrayInputStream(block.content());
          found.add((X509Certificate) factory.generateCertificate(in));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a certificate", e);
    }
    return List.copyOf(found);
  }

  /// The first private key of a text (PKCS#8, PKCS#1 RSA or SEC1 P-256).
  public static PrivateKey privateKey(String pem) {
    for (var block : blocks(pem)) {
      switch (block.type()) {
        case "PRIVATE KEY" -> {
          return pkcs8(block.content());
        }
        case "RSA PRIVATE KEY" -> {
          return pkcs8(Der.sequence(Der.integer(0), RSA, Der.octets(block.content())));
        }
        case "EC PRIVATE KEY" -> {
          return pkcs8(Der.sequence(Der.integer(0), P256, Der.octets(block.content())));
        }
        default -> {} // Parameters and certificates may stand in the same file.
      }
    }
    throw new IllegalArgumentException("no private key in this PEM text");
  }

  /// The first public key of a text.
  public static PublicKey publicKey(String pem) {
    for (var block : blocks(pem)) {
      if (block.type().equals("PUBLIC KEY")) {
        var spec = new X509EncodedKeySpec(block.content());
        for (var algorithm : List.of("EC", "RSA")) {
          try {
            return KeyFactory.getInstance(algorithm).generatePublic(spec);
          } catch (GeneralSecurityException e) {
            // The other algorithm's.
          }
        }
      }
    }
    throw new IllegalArgumentException("no RSA or EC public key in this PEM text");
  }

  /// A private key's text, with the public half found from it: RSA keys carry it; for others the
  /// text must hold a `PUBLIC KEY` or certificate block too.
  public static KeyPair keyPair(String pem) {
    var key = privateKey(pem);
    try {
      if (key instanceof RSAPrivateCrtKey rsa) {
        var spec = new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent());
        return new KeyPair(KeyFactory.getInstance("RSA").generatePublic(spec), key);
      }
      var certificates = certificates(pem);
      var other = certificates.isEmpty() ? publicKey(pem) : certificates.getFirst().getPublicKey();
      if (!belongTogether(other, key)) {
        throw new IllegalArgumentException("the public key belongs to another private key");
      }
      return new KeyPair(other, key);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a usable key pair", e);
    }
  }

  /// A key pair's text, such that [#keyPair] reads it back.
  public static String encode(KeyPair keys) {
    return encode(keys.getPrivate()) + encode(keys.getPublic());
  }

  /// A chain and the key of its first certificate, checked to belong together.
  public static KeyMaterial material(String certificatePem, String keyPem) {
    var chain = certificates(certificatePem);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("no certificate in this PEM text");
    }
    var key = privateKey(keyPem);
    try {
      if (!belongTogether(chain.getFirst().getPublicKey(), key)) {
        throw new IllegalArgumentException("the certificate belongs to another private key");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the certificate belongs to another private key", e);
    }
    return new KeyMaterial(chain, key);
  }

  /// Writes a file that all may read, in one step: readers see the old or the new content.
  public static void writePublic(Path file, String pem) throws IOException {
    write(file, pem, "rw-r--r--");
  }

  /// Writes a file that only its owner may read, from the first byte on, in one step.
  public static void writeSecret(Path file, String pem) throws IOException {
    write(file, pem, "rw-------");
  }

  private static void write(Path file, String pem, String permissions) throws IOException {
    var whole = file.toAbsolutePath();
    var attributes =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    var fresh = whole.resolveSibling("." + whole.getFileName() + ".new");
    Files.deleteIfExists(fresh); // Left by a crash.
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(fresh, options, attributes)) {
      var bytes = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
    Files.move(fresh, whole, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String encode(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, BASE64.encodeToString(content), type);
  }

  private static List<Block> blocks(String pem) {
    var blocks = new ArrayList<Block>();
    var matcher = BLOCK.matcher(pem);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
    }
    return blocks;
  }

  private static PrivateKey pkcs8(byte[] encoded) {
    var spec = new PKCS8EncodedKeySpec(encoded);
    for (var algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        // The other algorithm's.
      }
    }
    throw new IllegalArgumentException("not an RSA or EC private key");
  }

  private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey)
      throws GeneralSecurityException {
    boolean elliptic = privateKey instanceof ECPrivateKey;
    if (elliptic != publicKey.getAlgorithm().equals("EC")) {
      return false;
    }
    var probe = BigInteger.TEN.toByteArray();
    var signature = Signature.getInstance(elliptic ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(privateKey);
    signature.update(probe);
    var signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(probe);
    return signature.verify(signed);
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an encodable certificate", e);
    }
  }
}
