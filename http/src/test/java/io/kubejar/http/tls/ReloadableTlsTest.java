package io.kubejar.http.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.pki.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ReloadableTlsTest {
  private final CertificateAuthority authority =
      CertificateAuthority.create("ca", Clock.systemUTC());

  @Test
  void followsItsFilesAndIgnoresHalfChanges(@TempDir Path directory) throws Exception {
    var certificate = directory.resolve("tls.crt");
    var key = directory.resolve("tls.key");
    var bundle = directory.resolve("ca.crt");
    var first = authority.issue(CertificateSpec.client("first"));
    var second = authority.issue(CertificateSpec.client("second"));
    Pem.writePublic(bundle, Pem.encode(List.of(authority.certificate())));
    write(certificate, key, first);
    var tls = new ReloadableTls(new TlsMaterial(null, List.of()));
    try (var following = tls.follow(PemFiles.of(certificate, key, bundle))) {
      assertThat(following).isNotNull();
      assertThat(tls.current()).isEqualTo(new TlsMaterial(first, List.of(authority.certificate())));

      Pem.writePublic(certificate, Pem.encode(second.chain()));
      assertThat(tls.current().key()).as("certificate without its key").isEqualTo(first);
      Pem.writeSecret(key, Pem.encode(second.key()));
      while (!second.equals(tls.current().key())) {
        Thread.onSpinWait(); // The file system tells when it likes; the test's time-out bounds it.
      }
    }
  }

  private static void write(Path certificate, Path key, KeyMaterial material) throws IOException {
    Pem.writePublic(certificate, Pem.encode(material.chain()));
    Pem.writeSecret(key, Pem.encode(material.key()));
  }
}
