package io.kubejar.apiserver.authn;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;

/// Whether one of certain authorities vouches for a client's certificate. The TLS layer knows only
/// that some authority does; where authorities differ in what they may vouch for, it takes a second
/// look.
record CertificateTrust(List<X509Certificate> authorities, InstantSource clock) {
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

  CertificateTrust {
    authorities = List.copyOf(authorities);
  }

  /// @param chain the client's certificate first
  boolean covers(List<X509Certificate> chain) {
    try {
      var usages = chain.getFirst().getExtendedKeyUsage();
      if (usages != null && !usages.contains(CLIENT)) {
        return false;
      }
      var anchors =
          authorities.stream()
              .map(authority -> new TrustAnchor(authority, null))
              .collect(Collectors.toSet());
      var parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false); // As in Kubernetes: short lives instead.
      parameters.setDate(Date.from(clock.instant()));
      var path =
          CertificateFactory.getInstance("X.509")
              .generateCertPath(chain.stream().filter(one -> !authorities.contains(one)).toList());
      CertPathValidator.getInstance("PKIX").validate(path, parameters);
      return true;
    } catch (CertPathValidatorException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("certificates cannot be checked", e);
    }
  }
}
