package io.kubejar.http.tls;

/// Gives the key and the trusted certificates of the moment. New connections use what is current;
/// an unchanged answer should be the same object, since contexts are kept per object.
@FunctionalInterface
public interface TlsSource {
  TlsMaterial current();

  static TlsSource fixed(TlsMaterial material) {
    return () -> material;
  }
}
