package io.kubejar.storage;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One key as a register with compare-and-set on its revision, for [Linearizability].
final class KeyModel implements Linearizability.Model<KeyModel.Content, KeyModel.Operation> {
  private static final long UNKNOWN = -1;

  /// What the key holds. After a write whose outcome nobody heard, its revision is unknown until it
  /// is seen.
  record Content(@Nullable Value value, long modRevision) {
    static final Content ABSENT = new Content(null, 0);

    static Content of(Optional<Entry> entry) {
      return entry.map(e -> new Content(e.value(), e.modRevision())).orElse(ABSENT);
    }

    private boolean mayHaveRevision(long revision) {
      return modRevision == revision || (modRevision == UNKNOWN && revision > 0);
    }

    /// This, seen as that; empty if it cannot look so.
    private Optional<Content> seenAs(Content seen) {
      boolean same = Objects.equals(value, seen.value);
      return same && mayHaveRevision(seen.modRevision) ? Optional.of(seen) : Optional.empty();
    }
  }

  sealed interface Operation {
    record Read(Content seen) implements Operation {}

    /// A compare-and-set that happened.
    record Written(long compared, @Nullable Value value, long revision) implements Operation {}

    /// A compare-and-set that was refused.
    record Refused(long compared, Content seen) implements Operation {}

    /// A compare-and-set of which nobody heard again.
    record Lost(long compared, @Nullable Value value) implements Operation {}
  }

  @Override
  public Content initial() {
    return Content.ABSENT;
  }

  @Override
  public Optional<Content> step(Content state, Operation operation) {
    return switch (operation) {
      case Operation.Read(var seen) -> state.seenAs(seen);
      case Operation.Refused(var compared, var seen) ->
          seen.modRevision() == compared ? Optional.empty() : state.seenAs(seen);
      case Operation.Written(var compared, var value, var revision) ->
          state.mayHaveRevision(compared)
              ? Optional.of(value == null ? Content.ABSENT : new Content(value, revision))
              : Optional.empty();
      case Operation.Lost(var compared, var value) ->
          state.mayHaveRevision(compared)
              ? Optional.of(value == null ? Content.ABSENT : new Content(value, UNKNOWN))
              : Optional.empty();
    };
  }
}
