package io.kubejar.apiserver.admission.policies;

/// What match conditions say.
sealed interface MatchOutcome {

  record Matches() implements MatchOutcome {}

  /// @param condition the name of the first that does not hold
  record DoesNotMatch(String condition) implements MatchOutcome {}

  /// None is false, but some could not be evaluated.
  record Failed(String why) implements MatchOutcome {}
}
