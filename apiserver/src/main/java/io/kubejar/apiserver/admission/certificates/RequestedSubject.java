package io.kubejar.apiserver.admission.certificates;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/// Reads for whom a certificate is asked (PKCS#10), which is the second element of the request's
/// first one.
final class RequestedSubject {
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE"
              + " REQUEST-----");
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int LENGTH_BYTES_MAX = 3;

  private RequestedSubject() {}

  /// The organizations of the subject, which become groups.
  ///
  /// @throws IllegalArgumentException if the text is no request
  static List<String> organizations(String pem) {
    var matcher = PEM.matcher(pem);
    if (!matcher.find()) {
      throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
    }
    var request = ByteBuffer.wrap(Base64.getMimeDecoder().decode(matcher.group(1)));
    var info = element(element(request, SEQUENCE), SEQUENCE);
    element(info, INTEGER); // The version.
    int start = info.position();
    var name = element(info, SEQUENCE);
    var encoded = new byte[name.limit() - start];
    info.get(start, encoded);
    return organizations(new X500Principal(encoded));
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

  /// The content of the next element, which the outer buffer then stands behind. It is a view of
  /// the same bytes with the same positions.
  private static ByteBuffer element(ByteBuffer from, int tag) {
    if (from.remaining() < 2 || (from.get() & 0xff) != tag) {
      throw new IllegalArgumentException("asn1: structure error: tags don't match");
    }
    int length = from.get() & 0xff;
    if (length > 0x80) {
      int bytes = length & 0x7f;
      if (bytes > LENGTH_BYTES_MAX || from.remaining() < bytes) {
        throw new IllegalArgumentException("asn1: structure error: length too large");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | (from.get() & 0xff);
      }
    }
    if (length > from.remaining()) {
      throw new IllegalArgumentException("asn1: syntax error: data truncated");
    }
    var content = from.duplicate();
    content.limit(from.position() + length);
    from.position(from.position() + length);
    return content;
  }
}
