package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.library.Dispatch;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.List;

/// A call of a function with all its arguments.
///
/// @param overload the form that the checker has found, empty if that is decided by the values
record Call(String function, String overload, List<Node> arguments, Dispatch dispatch)
    implements Node {

  @Override
  public Value evaluate(Frame frame) {
    var values = new Value[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.get(i).evaluate(frame);
    }
    var failed = failed(values);
    if (failed != null) {
      frame.charge(CallCost.of(function, overload, values, failed));
      return failed;
    }
    if (CallCost.isKnownBefore(function)) {
      // Work that grows faster than its input must not begin before it is paid for.
      frame.charge(CallCost.of(function, overload, values, values[0]));
      return dispatch.call(function, values);
    }
    var result = dispatch.call(function, values);
    frame.charge(CallCost.of(function, overload, values, result));
    return result;
  }

  private static @org.jspecify.annotations.Nullable Value failed(Value[] values) {
    for (var value : values) {
      if (value instanceof ErrorValue) {
        return value;
      }
    }
    return null;
  }
}
