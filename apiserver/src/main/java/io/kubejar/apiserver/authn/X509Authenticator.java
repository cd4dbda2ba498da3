package io.kubejar.apiserver.authn;

import io.kubejar.http.pki.Keys;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;

/// Takes the user from a client certificate: the common name is the user, the organisations are the
/// groups. Trust was decided before: what arrives here is signed by a trusted authority.
public final class X509Authenticator implements Authenticator {
  private static final String CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";

  @Override
  public Optional<UserInfo> authenticate(Credentials credentials) {
    return credentials.certificates().stream().findFirst().flatMap(X509Authenticator::user);
  }

  private static Optional<UserInfo> user(X509Certificate certificate) {
    var commonName = "";
    var groups = new ArrayList<String>();
    try {
      var name = new LdapName(certificate.getSubjectX500Principal().getName());
      for (var part : name.getRdns()) {
        for (var values = part.toAttributes().getAll(); values.hasMore(); ) {
          var attribute = values.next();
          if (!(attribute.get() instanceof String value)) {
            continue; // An odd encoding: nothing that we would issue.
          }
          switch (attribute.getID().toUpperCase(Locale.ROOT)) {
            case "CN" -> commonName = value;
            case "O" -> groups.add(value);
            default -> {} // Other parts of a name say nothing to Kubernetes.
          }
        }
      }
      if (commonName.isEmpty()) {
        return Optional.empty();
      }
      var fingerprint = "X509SHA256=" + Keys.fingerprint(certificate.getEncoded());
      return Optional.of(
          new UserInfo(commonName, "", groups, Map.of(CREDENTIAL_ID, List.of(fingerprint))));
    } catch (NamingException | CertificateEncodingException e) {
      throw new IllegalStateException("a verified certificate cannot be read", e);
    }
  }
}
