package io.kubejar.apiserver.authn;

import io.kubejar.apiserver.authn.TokenAuthenticator.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way every request is authenticated: what a proxy says, client certificate, then bearer
/// token; without any, anonymous, where that is allowed.
public final class UnionAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(UnionAuthenticator.class);

  private final List<Authenticator> connections;
  private final TokenAuthenticator tokens;
  private final Supplier<AnonymousAccess> anonymous;

  /// @param connections who knows users without a token, in order
  /// @param anonymous may change while the server runs
  public UnionAuthenticator(
      List<Authenticator> connections,
      TokenAuthenticator tokens,
      Supplier<AnonymousAccess> anonymous) {
    this.connections = List.copyOf(connections);
    this.tokens = tokens;
    this.anonymous = anonymous;
  }

  @Override
  public Optional<UserInfo> authenticate(Credentials credentials) {
    for (var connection : connections) {
      var user = connection.authenticate(credentials);
      if (user.isPresent()) {
        return user.map(UnionAuthenticator::known);
      }
    }
    var token = BearerToken.in(credentials.headers());
    if (token.isPresent()) {
      // A bad token is refused even where none would have been needed.
      return switch (tokens.authenticate(token.get())) {
        case Outcome.Known(var user, var audiences) -> Optional.of(known(user));
        case Outcome.Refused(var why) -> refused(credentials, why);
        case Outcome.NotMine _ -> refused(credentials, "nobody knows it");
      };
    }
    return anonymous.get().user(credentials.path());
  }

  private static Optional<UserInfo> refused(Credentials credentials, String why) {
    LOG.info("token refused path={}: {}", credentials.path(), why);
    return Optional.empty();
  }

  private static UserInfo known(UserInfo user) {
    return user.isAnonymous() || user.inGroup(UserInfo.UNAUTHENTICATED_GROUP)
        ? user
        : user.withGroup(UserInfo.AUTHENTICATED_GROUP);
  }
}
