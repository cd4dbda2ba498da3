package io.kubejar.apiserver.authz;

/// An authorizer's answer.
public sealed interface Decision {
  String reason();

  record Allow(String reason) implements Decision {}

  /// Forbidden, whatever others say.
  ///
  /// @param error what kept the authorizer from deciding; empty if nothing did
  record Deny(String reason, String error) implements Decision {
    public Deny(String reason) {
      this(reason, "");
    }
  }

  /// Nothing to say; if everybody says so, it is forbidden.
  ///
  /// @param error what kept the authorizer from deciding; empty if nothing did
  record NoOpinion(String reason, String error) implements Decision {
    public NoOpinion(String reason) {
      this(reason, "");
    }
  }

  /// Why an authorizer that did not allow could not decide; empty if it could.
  default String failure() {
    return switch (this) {
      case Allow _ -> "";
      case Deny(_, var error) -> error;
      case NoOpinion(_, var error) -> error;
    };
  }

  default boolean allowed() {
    return this instanceof Allow;
  }
}
