package io.kubejar.http.tls;

import io.kubejar.http.pki.KeyMaterial;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one side of a TLS connection shows (null: nothing) and whom it believes.
public record TlsMaterial(@Nullable KeyMaterial key, List<X509Certificate> trusted) {
  public TlsMaterial {
    trusted = List.copyOf(trusted);
  }
}
