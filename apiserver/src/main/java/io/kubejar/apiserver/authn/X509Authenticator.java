package io.kubejar.apiserver.authn;

import io.kubejar.http.pki.Keys;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;

/// Takes the user from a client certificate: the common name is the user, the organisations are the
/// groups, an attribute of Kubernetes' own is the uid.
public final class X509Authenticator implements Authenticator {
  private static final String CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";
  private static final String UID = "1.3.6.1.4.1.57683.2";

  /// Reading a certificate takes longer than all other stages of a small read together.
  private static final int KNOWN_MAX = 10_000;

  private final Predicate<List<X509Certificate>> trusted;
  private final Map<X509Certificate, Optional<UserInfo>> known = new ConcurrentHashMap<>();

  /// For servers whose TLS trusts nobody but those who vouch for users.
  public X509Authenticator() {
    this(_ -> true);
  }

  /// @param trusted whether a chain's authority may vouch for users
  X509Authenticator(Predicate<List<X509Certificate>> trusted) {
    this.trusted = trusted;
  }

  @Override
  public Optional<UserInfo> authenticate(Credentials credentials) {
    var chain = credentials.certificates();
    return chain.isEmpty() || !trusted.test(chain) ? Optional.empty() : known(chain.getFirst());
  }

  /// Whoever a certificate names, it always names the same; whether it is trusted is asked anew.
  private Optional<UserInfo> known(X509Certificate certificate) {
    var user = known.get(certificate);
    if (user == null) {
      user = user(certificate);
      if (known.size() >= KNOWN_MAX) {
        known.clear(); // Those in use are back soon.
      }
      known.put(certificate, user);
    }
    return user;
  }

  /// The first common name; empty if the certificate has none.
  static Optional<String> commonName(X509Certificate certificate) {
    return Subject.of(certificate).commonName();
  }

  private static Optional<UserInfo> user(X509Certificate certificate) {
    var subject = Subject.of(certificate);
    boolean oneUid = subject.uids().size() <= 1 && !subject.uids().contains("");
    if (!oneUid) {
      return Optional.empty();
    }
    var uid = String.join("", subject.uids());
    return subject
        .commonName()
        .map(name -> new UserInfo(name, uid, subject.organizations(), credential(certificate)));
  }

  private static Map<String, List<String>> credential(X509Certificate certificate) {
    try {
      var fingerprint = "X509SHA256=" + Keys.fingerprint(certificate.getEncoded());
      return Map.of(CREDENTIAL_ID, List.of(fingerprint));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a verified certificate cannot be read", e);
    }
  }

  /// The parts of a certificate's subject that mean something here, in the certificate's order.
  private record Subject(List<String> commonNames, List<String> organizations, List<String> uids) {

    static Subject of(X509Certificate certificate) {
      var subject = new Subject(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      try {
        var name = new LdapName(certificate.getSubjectX500Principal().getName());
        for (var part : name.getRdns()) {
          for (var values = part.toAttributes().getAll(); values.hasMore(); ) {
            var attribute = values.next();
            subject.add(attribute.getID().toUpperCase(Locale.ROOT), attribute.get());
          }
        }
      } catch (NamingException e) {
        throw new IllegalStateException("a verified certificate cannot be read", e);
      }
      return subject;
    }

    /// Of several common names, the last of the certificate counts: that is how Go reads them.
    Optional<String> commonName() {
      return commonNames.isEmpty() || commonNames.getLast().isEmpty()
          ? Optional.empty()
          : Optional.of(commonNames.getLast());
    }

    private void add(String type, Object value) {
      switch (type) {
        case "CN" -> text(value).ifPresent(commonNames::add);
        case "O" -> text(value).ifPresent(organizations::add);
        case UID -> uids.add(text(value).orElse(""));
        default -> {} // Other parts of a name say nothing to Kubernetes.
      }
    }

    /// A text, also where the type is unknown to the JDK, which then shows the encoded value.
    private static Optional<String> text(Object value) {
      return switch (value) {
        case String text when text.startsWith("#") ->
            decoded(HexFormat.of().parseHex(text, 1, text.length()));
        case String text -> Optional.of(text);
        case byte[] encoded -> decoded(encoded);
        default -> Optional.empty();
      };
    }

    /// A DER string of at most 127 bytes in UTF-8 or a subset of it.
    private static Optional<String> decoded(byte[] der) {
      boolean string = der.length >= 2 && List.of(0x0c, 0x13, 0x16).contains((int) der[0]);
      return string && der[1] == der.length - 2
          ? Optional.of(new String(der, 2, der.length - 2, java.nio.charset.StandardCharsets.UTF_8))
          : Optional.empty();
    }
  }
}
