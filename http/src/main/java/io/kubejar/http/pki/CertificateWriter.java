package io.kubejar.http.pki;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Builds and signs X.509 version 3 certificates (RFC 5280).
final class CertificateWriter {
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ORGANIZATION = "2.5.4.10";
  private static final String SUBJECT_KEY_ID = "2.5.29.14";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String AUTHORITY_KEY_ID = "2.5.29.35";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  // Bit 0 is the most significant one. digitalSignature(0) keyEncipherment(2) keyCertSign(5).
  private static final byte[] USE_OF_AUTHORITY = Der.bits(new byte[] {(byte) 0b1010_0100}, 2);
  private static final byte[] USE_OF_LEAF = Der.bits(new byte[] {(byte) 0b1010_0000}, 5);

  private CertificateWriter() {}

  /// Who signs: its name as encoded in its certificate, and its key.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Signer(byte[] name, PublicKey publicKey, PrivateKey privateKey) {}

  /// From when to when, and under which number.
  record Frame(BigInteger serial, Instant notBefore, Instant notAfter) {}

  static byte[] name(String commonName, List<String> organizations) {
    var parts = new ArrayList<byte[]>();
    for (var organization : organizations) {
      parts.add(attribute(ORGANIZATION, organization));
    }
    if (!commonName.isEmpty()) {
      parts.add(attribute(COMMON_NAME, commonName));
    }
    return Der.sequence(parts);
  }

  /// An authority that vouches for itself.
  static X509Certificate authority(String name, Signer self, Frame frame)
      throws GeneralSecurityException {
    var extensions =
        List.of(
            extension(KEY_USAGE, true, USE_OF_AUTHORITY),
            extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.bool(true))),
            extension(SUBJECT_KEY_ID, false, Der.octets(keyId(self.publicKey()))),
            alternativeNames(List.of(name), List.of()));
    return sign(self, frame, self.name(), self.publicKey(), extensions);
  }

  /// A certificate for a server or a client.
  static X509Certificate leaf(CertificateSpec spec, PublicKey key, Signer signer, Frame frame)
      throws GeneralSecurityException {
    var uses = new ArrayList<byte[]>();
    if (spec.server()) {
      uses.add(Der.oid(SERVER_AUTH));
    }
    if (spec.client()) {
      uses.add(Der.oid(CLIENT_AUTH));
    }
    var authorityKey = Der.sequence(Der.implicit(0, keyId(signer.publicKey())));
    var extensions = new ArrayList<byte[]>();
    extensions.add(extension(KEY_USAGE, true, USE_OF_LEAF));
    extensions.add(extension(EXTENDED_KEY_USAGE, false, Der.sequence(uses)));
    extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
    extensions.add(extension(AUTHORITY_KEY_ID, false, authorityKey));
    if (!spec.dnsNames().isEmpty() || !spec.addresses().isEmpty()) {
      extensions.add(alternativeNames(spec.dnsNames(), spec.addresses()));
    }
    var subject = name(spec.commonName(), spec.organizations());
    return sign(signer, frame, subject, key, extensions);
  }

  private static X509Certificate sign(
      Signer signer, Frame frame, byte[] subject, PublicKey key, List<byte[]> extensions)
      throws GeneralSecurityException {
    boolean elliptic = signer.privateKey().getAlgorithm().equals("EC");
    var algorithm =
        elliptic
            ? Der.sequence(Der.oid("1.2.840.10045.4.3.2")) // ecdsa-with-SHA256
            : Der.sequence(Der.oid("1.2.840.113549.1.1.11"), Der.nothing()); // sha256WithRSA
    var body =
        Der.sequence(
            Der.explicit(0, Der.integer(2)), // Version 3.
            Der.integer(frame.serial()),
            algorithm,
            signer.name(),
            Der.sequence(Der.time(frame.notBefore()), Der.time(frame.notAfter())),
            subject,
            key.getEncoded(),
            Der.explicit(3, Der.sequence(extensions)));
    var signature = Signature.getInstance(elliptic ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(signer.privateKey());
    signature.update(body);
    var whole = Der.sequence(body, algorithm, Der.bits(signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] attribute(String type, String value) {
    return Der.set(Der.sequence(Der.oid(type), Der.utf8(value)));
  }

  private static byte[] extension(String type, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(type), Der.bool(true), Der.octets(value))
        : Der.sequence(Der.oid(type), Der.octets(value));
  }

  private static byte[] alternativeNames(List<String> dnsNames, List<InetAddress> addresses) {
    var names = new ArrayList<byte[]>();
    for (var name : dnsNames) {
      names.add(Der.implicit(2, name.getBytes(StandardCharsets.US_ASCII)));
    }
    for (var address : addresses) {
      names.add(Der.implicit(7, address.getAddress()));
    }
    return extension(ALTERNATIVE_NAMES, false, Der.sequence(names));
  }

  /// Any stable name of the key will do; this is a hash of its whole encoding.
  private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
  }
}
