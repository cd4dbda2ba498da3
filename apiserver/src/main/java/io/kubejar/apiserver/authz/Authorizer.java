package io.kubejar.apiserver.authz;

import java.util.List;
import java.util.StringJoiner;

/// Decides whether somebody may do something.
@FunctionalInterface
public interface Authorizer {
  Decision authorize(Attributes attributes);

  /// Asks in order until one allows or denies.
  static Authorizer union(Authorizer... authorizers) {
    var inOrder = List.of(authorizers);
    return attributes -> {
      var reasons = new StringJoiner(", ");
      for (var authorizer : inOrder) {
        var decision = authorizer.authorize(attributes);
        if (!(decision instanceof Decision.NoOpinion(var reason))) {
          return decision;
        }
        if (!reason.isEmpty()) {
          reasons.add(reason);
        }
      }
      return new Decision.NoOpinion(reasons.toString());
    };
  }
}
