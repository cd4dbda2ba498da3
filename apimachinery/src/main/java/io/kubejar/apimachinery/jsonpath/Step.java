package io.kubejar.apimachinery.jsonpath;

import io.kubejar.apimachinery.json.JsonValue;
import java.util.List;

/// One step of a path, from values to the values they lead to.
sealed interface Step {

  /// A field of an object.
  record Field(String name) implements Step {}

  /// All items of a list, or all fields of an object.
  record All() implements Step {}

  /// Everything inside, however deep.
  record Inside() implements Step {}

  /// Items by their places. Negative places count from the end.
  ///
  /// @param single whether it is one place, so that a place outside the list leads nowhere
  /// @param toEnd whether `to` does not count
  record Items(int from, int to, int by, boolean single, boolean toEnd) implements Step {}

  /// Items that a condition holds for.
  ///
  /// @param operator `exists`, `==`, `!=`, `<`, `<=`, `>` or `>=`
  record Matching(Operand left, String operator, Operand right) implements Step {}

  /// What several ways lead to, one after the other.
  record Either(List<JsonPath> ways) implements Step {
    public Either {
      ways = List.copyOf(ways);
    }
  }

  /// One side of a condition.
  sealed interface Operand {
    record Literal(JsonValue value) implements Operand {}

    record Path(JsonPath path) implements Operand {}
  }
}
