package io.kubejar.http.pki;

import io.kubejar.http.tls.KeyMaterial;
import java.nio.file.Path;
import java.time.InstantSource;

/// Signs certificates.
public final class CertificateAuthority {
  private CertificateAuthority() {}

  /// A new authority with a key of its own, valid ten years.
  public static CertificateAuthority create(String name, InstantSource clock) {
    throw new UnsupportedOperationException("soon");
  }

  /// An authority from its PEM files.
  public static CertificateAuthority load(Path certificate, Path key, InstantSource clock) {
    throw new UnsupportedOperationException("soon");
  }

  /// The authority's own certificate and key.
  public KeyMaterial material() {
    throw new UnsupportedOperationException("soon");
  }

  /// A new key with a certificate for it; the chain holds only the leaf.
  public KeyMaterial issue(CertificateSpec spec) {
    throw new UnsupportedOperationException("soon");
  }
}
