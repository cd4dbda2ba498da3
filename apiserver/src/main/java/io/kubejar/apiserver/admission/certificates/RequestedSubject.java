package io.kubejar.apiserver.admission.certificates;

import io.kubejar.http.pki.SigningRequest;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/// Reads for whom a certificate is asked.
final class RequestedSubject {
  private RequestedSubject() {}

  /// The organizations of the subject, which become groups.
  ///
  /// @throws IllegalArgumentException if the text is no request
  static List<String> organizations(String pem) {
    return organizations(SigningRequest.parse(pem).subject());
  }

  private static List<String> organizations(X500Principal subject) {
    var found = new ArrayList<String>();
    try {
      for (var part : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
        var values = part.toAttributes().getAll();
        while (values.hasMoreElements()) {
          var attribute = values.nextElement();
          if (attribute.getID().equalsIgnoreCase("O")) {
            found.add(String.valueOf(attribute.get()));
          }
        }
      }
    } catch (NamingException malformed) {
      throw new IllegalArgumentException("asn1: malformed subject", malformed);
    }
    return found;
  }
}
