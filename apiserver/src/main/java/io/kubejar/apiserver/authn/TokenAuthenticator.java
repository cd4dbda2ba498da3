package io.kubejar.apiserver.authn;

import java.util.List;

/// Finds out whose a bearer token is.
public interface TokenAuthenticator {
  /// What a token turned out to be.
  sealed interface Outcome {
    /// A valid token, with those of the wanted audiences it is for.
    record Known(UserInfo user, List<String> audiences) implements Outcome {
      public Known {
        audiences = List.copyOf(audiences);
      }
    }

    /// Not a valid token; why is for the log, not for the sender.
    record Refused(String why) implements Outcome {}

    /// Not a token that this authenticator would know about: others may.
    record NotMine() implements Outcome {}
  }

  /// Judges a token that must be for at least one of these audiences.
  Outcome authenticate(String token, List<String> audiences);

  /// Judges a token for the API server itself.
  Outcome authenticate(String token);
}
