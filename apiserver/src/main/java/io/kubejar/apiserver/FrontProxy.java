package io.kubejar.apiserver;

import io.kubejar.http.tls.TlsSource;
import java.security.cert.X509Certificate;
import java.util.List;

/// How this server is known to extension servers, to which it sends requests on under other users'
/// names.
///
/// @param client the certificate it shows them
/// @param authorities who signs such certificates
/// @param names the common names such certificates may have; empty allows any
public record FrontProxy(TlsSource client, List<X509Certificate> authorities, List<String> names) {
  public FrontProxy {
    authorities = List.copyOf(authorities);
    names = List.copyOf(names);
  }
}
