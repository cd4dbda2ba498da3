package io.kubejar.storage;

import java.util.List;

/// What a transaction comes to, given a state.
sealed interface Decision {

  /// Nothing changes, and this is the answer.
  record Answer(CommitResult result) implements Decision {}

  /// These effects make the next revision.
  record Apply(List<Effect> effects) implements Decision {
    public Apply {
      effects = List.copyOf(effects);
    }
  }
}
