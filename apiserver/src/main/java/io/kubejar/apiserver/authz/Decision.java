package io.kubejar.apiserver.authz;

/// An authorizer's answer.
public sealed interface Decision {
  String reason();

  record Allow(String reason) implements Decision {}

  /// Forbidden, whatever others say.
  record Deny(String reason) implements Decision {}

  /// Nothing to say; if everybody says so, it is forbidden.
  record NoOpinion(String reason) implements Decision {}

  default boolean allowed() {
    return this instanceof Allow;
  }
}
