package io.kubejar.apiserver.authn;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How clients may come in besides client certificates and the tokens of this cluster.
///
/// @param anonymous whether without any credentials, unless the file says otherwise
/// @param frontProxy a proxy that vouches for others; null means none
/// @param file an `AuthenticationConfiguration`, which is followed; null means none
/// @param webhook who is asked about tokens that nobody here knows; null means nobody
public record AuthenticationOptions(
    AnonymousAccess anonymous,
    AuthenticatingProxy.@Nullable Config frontProxy,
    @Nullable Path file,
    @Nullable TokenWebhook webhook) {

  public AuthenticationOptions withAnonymous(AnonymousAccess value) {
    return new AuthenticationOptions(value, frontProxy, file, webhook);
  }

  public AuthenticationOptions withFrontProxy(AuthenticatingProxy.Config value) {
    return new AuthenticationOptions(anonymous, value, file, webhook);
  }

  public AuthenticationOptions withFile(Path value) {
    return new AuthenticationOptions(anonymous, frontProxy, value, webhook);
  }

  public AuthenticationOptions withWebhook(TokenWebhook value) {
    return new AuthenticationOptions(anonymous, frontProxy, file, value);
  }

  /// Who knows users by what their connection shows, in upstream's order.
  ///
  /// @param clientAuthorities who may vouch for users; without a proxy, TLS trusts nobody else
  public List<Authenticator> connections(
      List<X509Certificate> clientAuthorities, InstantSource clock) {
    if (frontProxy == null) {
      return List.of(new X509Authenticator());
    }
    var users = new CertificateTrust(clientAuthorities, clock);
    return List.of(
        new AuthenticatingProxy(frontProxy, clock), new X509Authenticator(users::covers));
  }
}
