package io.kubejar.http.tls;

import io.kubejar.http.pki.KeyMaterial;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one side of a TLS connection shows (null: nothing) and whom it believes.
///
/// @param anybody whether every certificate is taken, whoever signed it; nothing is trusted then,
///   the connection is only kept from passive listeners
public record TlsMaterial(
    @Nullable KeyMaterial key, List<X509Certificate> trusted, boolean anybody) {
  public TlsMaterial {
    trusted = List.copyOf(trusted);
  }

  public TlsMaterial(@Nullable KeyMaterial key, List<X509Certificate> trusted) {
    this(key, trusted, false);
  }

  /// For clients that must talk to servers whose authority nobody told them.
  public static TlsMaterial believingAnybody(@Nullable KeyMaterial key) {
    return new TlsMaterial(key, List.of(), true);
  }

  /// Believes whom this Java believes.
  public static TlsMaterial believingSystem(@Nullable KeyMaterial key) {
    return new TlsMaterial(key, TlsContexts.systemAuthorities());
  }
}
