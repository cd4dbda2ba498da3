package io.kubejar.apiserver.authn;

import java.util.ArrayList;
import java.util.List;

/// Several ways to know a token, in order: the first that knows it decides. Who refuses a token
/// does not keep others from knowing it.
public record TokenUnion(List<TokenAuthenticator> authenticators, List<String> ownAudiences)
    implements TokenAuthenticator {
  public TokenUnion {
    authenticators = List.copyOf(authenticators);
    ownAudiences = List.copyOf(ownAudiences);
  }

  @Override
  public Outcome authenticate(String token, List<String> audiences) {
    var whys = new ArrayList<String>();
    for (var authenticator : authenticators) {
      switch (authenticator.authenticate(token, audiences)) {
        case Outcome.Known known -> {
          return known;
        }
        case Outcome.Refused(var why) -> whys.add(why);
        case Outcome.NotMine _ -> {} // Perhaps the next one's.
      }
    }
    return whys.isEmpty() ? new Outcome.NotMine() : new Outcome.Refused(String.join(", ", whys));
  }

  @Override
  public Outcome authenticate(String token) {
    return authenticate(token, ownAudiences);
  }
}
