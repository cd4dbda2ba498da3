package io.kubejar.http.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.http.tls.TlsContexts;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  private final CertificateAuthority authority =
      CertificateAuthority.create("kubernetes", Clock.systemUTC());

  @Test
  void makesAnAuthority() throws Exception {
    var certificate = authority.certificate();

    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=kubernetes");
    assertThat(certificate.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThat(certificate.getKeyUsage()).startsWith(true, false, true, false, false, true);
    assertThat(certificate.getVersion()).isEqualTo(3);
  }

  @Test
  void issuesServerCertificatesUnderAllTheirNames() throws Exception {
    var spec =
        CertificateSpec.server(
            "kube-apiserver",
            List.of("kubernetes", "kubernetes.default.svc"),
            List.of(InetAddress.getByName("10.96.0.1"), InetAddress.getByName("fd00::1")));
    var leaf = authority.issue(spec).leaf();

    leaf.verify(authority.certificate().getPublicKey());
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly(SERVER_AUTH);
    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactly("kubernetes", "kubernetes.default.svc", "10.96.0.1", "fd00:0:0:0:0:0:0:1");
    TlsContexts.trustManager(List.of(authority.certificate()))
        .checkServerTrusted(new X509Certificate[] {leaf}, "ECDHE_ECDSA");
  }

  @Test
  void issuesClientCertificatesForUsersWithGroups() throws Exception {
    var leaf = authority.issue(CertificateSpec.client("jürgen, a \"user\"", "g=1", "g2")).leaf();
    var trust = TlsContexts.trustManager(List.of(authority.certificate()));

    assertThat(leaf.getExtendedKeyUsage()).containsExactly(CLIENT_AUTH);
    assertThat(leaf.getSubjectX500Principal().getName())
        .isEqualTo("CN=jürgen\\, a \\\"user\\\",O=g2,O=g\\=1");
    trust.checkClientTrusted(new X509Certificate[] {leaf}, "EC");
    assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[] {leaf}, "ECDHE_ECDSA"))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void takesTimesFromItsClockAndNeverOutlivesItself() {
    var now = Instant.parse("2045-03-01T00:00:00Z");
    var early = CertificateAuthority.create("old", InstantSource.fixed(now));
    var leaf = early.issue(CertificateSpec.client("u").withValidity(Duration.ofDays(30))).leaf();
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(now.minus(Duration.ofMinutes(5)));
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(30)));

    var longest = early.issue(CertificateSpec.client("u").withValidity(Duration.ofDays(9999)));
    assertThat(longest.leaf().getNotAfter()).isEqualTo(early.certificate().getNotAfter());
    assertThat(early.certificate().getNotAfter().toInstant())
        .as("a year beyond 2049 has four digits")
        .isEqualTo(now.plus(Duration.ofDays(3650)));
  }

  @Test
  void givesEachCertificateItsOwnNumber() {
    var first = authority.issue(CertificateSpec.client("u")).leaf();
    var second = authority.issue(CertificateSpec.client("u")).leaf();

    assertThat(first.getSerialNumber()).isPositive().isNotEqualTo(second.getSerialNumber());
  }

  @Test
  void survivesItsFiles(@TempDir Path directory) throws Exception {
    var certificate = directory.resolve("ca.crt");
    var key = directory.resolve("ca.key");
    Pem.writePublic(certificate, Pem.encode(authority.material().chain()));
    Pem.writeSecret(key, Pem.encode(authority.material().key()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");

    var again = CertificateAuthority.load(certificate, key, Clock.systemUTC());
    again.issue(CertificateSpec.client("u")).leaf().verify(authority.certificate().getPublicKey());
  }

  @Test
  void readsKeysOfAllForms() {
    for (var keys : List.of(Keys.ellipticCurve(), Keys.rsa())) {
      var read = Pem.keyPair(Pem.encode(keys));
      assertThat(read.getPrivate()).isEqualTo(keys.getPrivate());
      assertThat(read.getPublic()).isEqualTo(keys.getPublic());
    }
    var sec1 =
        """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEINyetflZ8TGyQuZNaT/t+1V6OiEu6PhP1fK/PyCal0bNoAoGCCqGSM49
        AwEHoUQDQgAE/H5MU6skeSXAQ4LYhbiCdv31poJlVoaf6Tl+fVcD79/HH3A2m62M
        XX8MnSZ94Gq5XQMb2tZzqqga+0Sznatljw==
        -----END EC PRIVATE KEY-----
        """;
    assertThat(Pem.privateKey(sec1).getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void writesEllipticKeysAsKubeconfigsHaveThem() {
    var material = authority.issue(CertificateSpec.client("u"));
    var text = Pem.encodeKey(material);

    assertThat(text).startsWith("-----BEGIN EC PRIVATE KEY-----");
    var read = Pem.material(Pem.encode(material.chain()), text);
    assertThat(((ECPrivateKey) read.key()).getS())
        .isEqualTo(((ECPrivateKey) material.key()).getS());
  }

  @Test
  void refusesKeysThatBelongToOthers() {
    var one = authority.issue(CertificateSpec.client("one"));
    var other = authority.issue(CertificateSpec.client("other"));

    assertThatThrownBy(() -> Pem.material(Pem.encode(one.chain()), Pem.encode(other.key())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another private key");
    assertThatThrownBy(() -> Pem.material("", Pem.encode(other.key())))
        .hasMessageContaining("no certificate");
    assertThatThrownBy(() -> Pem.privateKey("nothing")).hasMessageContaining("no private key");
  }
}
