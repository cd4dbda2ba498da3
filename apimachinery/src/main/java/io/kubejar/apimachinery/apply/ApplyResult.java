package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.List;

/// What became of an applied configuration.
public sealed interface ApplyResult {

  /// The object to store.
  ///
  /// @param changed false if it is the live object again, except perhaps for who owns what
  record Applied(JsonObject object, boolean changed) implements ApplyResult {}

  /// Refused: others own fields that would change.
  record Conflicting(List<Conflict> conflicts) implements ApplyResult {
    public Conflicting {
      conflicts = List.copyOf(conflicts);
    }

    public ApiException exception() {
      return Conflict.exception(conflicts);
    }
  }

  /// The object to store, or the refusal as an exception.
  default JsonObject orThrow() {
    return switch (this) {
      case Applied(var object, _) -> object;
      case Conflicting conflicting -> throw conflicting.exception();
    };
  }
}
