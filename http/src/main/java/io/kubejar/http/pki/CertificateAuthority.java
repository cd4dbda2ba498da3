package io.kubejar.http.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Signs certificates.
public final class CertificateAuthority {
  private static final Duration TEN_YEARS = Duration.ofDays(3650);

  /// Clocks of two machines differ a little: a certificate counts a bit earlier than it is made.
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final int SERIAL_BITS = 127;
  private static final SecureRandom SERIALS = new SecureRandom();

  private final KeyMaterial material;
  private final InstantSource clock;

  private CertificateAuthority(KeyMaterial material, InstantSource clock) {
    this.material = material;
    this.clock = clock;
  }

  /// A new authority with a key of its own, valid ten years.
  public static CertificateAuthority create(String name, InstantSource clock) {
    var keys = Keys.ellipticCurve();
    var self =
        new CertificateWriter.Signer(
            CertificateWriter.name(name, List.of()), keys.getPublic(), keys.getPrivate());
    var now = clock.instant();
    try {
      var certificate = CertificateWriter.authority(name, self, frame(now, now.plus(TEN_YEARS)));
      return of(new KeyMaterial(List.of(certificate), keys.getPrivate()), clock);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot create the authority " + name, e);
    }
  }

  /// An authority with an existing certificate and key.
  public static CertificateAuthority of(KeyMaterial material, InstantSource clock) {
    return new CertificateAuthority(material, clock);
  }

  /// An authority from its PEM files.
  public static CertificateAuthority load(Path certificate, Path key, InstantSource clock)
      throws IOException {
    return of(Pem.material(Files.readString(certificate), Files.readString(key)), clock);
  }

  /// The authority's own certificate and key.
  public KeyMaterial material() {
    return material;
  }

  public X509Certificate certificate() {
    return material.leaf();
  }

  /// A new key with a certificate for it; the chain holds only the leaf.
  public KeyMaterial issue(CertificateSpec spec) {
    var keys = Keys.ellipticCurve();
    return new KeyMaterial(List.of(sign(spec, keys.getPublic())), keys.getPrivate());
  }

  /// A certificate for somebody else's key.
  public X509Certificate sign(CertificateSpec spec, PublicKey key) {
    var signer =
        new CertificateWriter.Signer(
            certificate().getSubjectX500Principal().getEncoded(),
            certificate().getPublicKey(),
            material.key());
    var now = clock.instant();
    var end = now.plus(spec.validity());
    var authorityEnd = certificate().getNotAfter().toInstant();
    try {
      return CertificateWriter.leaf(
          spec, key, signer, frame(now, end.isBefore(authorityEnd) ? end : authorityEnd));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a certificate for " + spec.commonName(), e);
    }
  }

  private static CertificateWriter.Frame frame(Instant now, Instant end) {
    var serial = new BigInteger(SERIAL_BITS, SERIALS).add(BigInteger.ONE);
    return new CertificateWriter.Frame(serial, now.minus(SKEW), end);
  }
}
