package io.kubejar.storage;

import java.util.List;
import java.util.Optional;

/// How a transaction ended.
public sealed interface CommitResult {

  /// The revision of the writes, or the newest revision if there was nothing to change.
  long revision();

  /// All comparisons held, all writes happened.
  record Committed(long revision) implements CommitResult {}

  /// A comparison failed, nothing happened.
  ///
  /// @param current what the compared keys hold, in the order of the comparisons
  record Refused(List<Optional<Entry>> current, long revision) implements CommitResult {
    public Refused {
      current = List.copyOf(current);
    }
  }
}
