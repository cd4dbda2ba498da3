package io.kubejar.apiserver.authn;

import io.kubejar.apiserver.authn.TokenAuthenticator.Outcome;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way every request is authenticated: client certificate, then bearer token; without either,
/// anonymous, and that only for a few paths.
public final class UnionAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(UnionAuthenticator.class);

  private final Authenticator certificates = new X509Authenticator();
  private final TokenAuthenticator tokens;
  private final Predicate<String> openPaths;

  /// @param openPaths the paths that may be read without credentials
  public UnionAuthenticator(TokenAuthenticator tokens, Predicate<String> openPaths) {
    this.tokens = tokens;
    this.openPaths = openPaths;
  }

  @Override
  public Optional<UserInfo> authenticate(Credentials credentials) {
    var byCertificate = certificates.authenticate(credentials);
    if (byCertificate.isPresent()) {
      return byCertificate.map(UnionAuthenticator::known);
    }
    var token = BearerToken.in(credentials.headers());
    if (token.isPresent()) {
      // A bad token is refused even where none would have been needed.
      return switch (tokens.authenticate(token.get())) {
        case Outcome.Known(var user, var audiences) -> Optional.of(known(user));
        case Outcome.Refused(var why) -> {
          LOG.info("token refused path={}: {}", credentials.path(), why);
          yield Optional.empty();
        }
      };
    }
    return openPaths.test(credentials.path())
        ? Optional.of(UserInfo.anonymous())
        : Optional.empty();
  }

  private static UserInfo known(UserInfo user) {
    return user.isAnonymous() ? user : user.withGroup(UserInfo.AUTHENTICATED_GROUP);
  }
}
