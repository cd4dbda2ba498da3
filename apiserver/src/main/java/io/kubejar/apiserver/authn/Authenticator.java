package io.kubejar.apiserver.authn;

import io.kubejar.http.Headers;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// Finds out who makes a request.
@FunctionalInterface
public interface Authenticator {
  /// What a request says about its sender. The certificates are verified already.
  record Credentials(List<X509Certificate> certificates, Headers headers, String path) {
    public Credentials {
      certificates = List.copyOf(certificates);
    }
  }

  /// The user; empty means 401. (Requests to health and version paths come back as anonymous.)
  Optional<UserInfo> authenticate(Credentials credentials);
}
