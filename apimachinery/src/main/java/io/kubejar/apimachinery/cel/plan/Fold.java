package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.List;

/// A loop over the elements of a list or the keys of a map. What every macro becomes.
///
/// @param variable the slot of the element; with a second variable, of the place or key
/// @param second the slot of the element or value, below zero if the loop has one variable
/// @param result the slot of the result so far
record Fold(
    Node range,
    int variable,
    int second,
    int result,
    Node start,
    Node condition,
    Node step,
    Node outcome)
    implements Node {

  @Override
  public Value evaluate(Frame frame) {
    var elements = range.evaluate(frame);
    if (elements instanceof ErrorValue) {
      return elements;
    }
    frame.set(result, start.evaluate(frame));
    switch (elements) {
      case ListValue list -> loop(list, frame);
      case MapValue map -> loop(map, frame);
      case Value other -> {
        return new ErrorValue("got '%s', expected iterable type".formatted(other.typeName()));
      }
    }
    return outcome.evaluate(frame);
  }

  private void loop(ListValue list, Frame frame) {
    for (int i = 0; i < list.length(); i++) {
      var element = list.get(i);
      if (!(second < 0
          ? goesOn(element, element, frame)
          : goesOn(new IntValue(i), element, frame))) {
        return;
      }
    }
  }

  private void loop(MapValue map, Frame frame) {
    for (var key : List.copyOf(map.keys())) {
      var value = second < 0 ? key : map.find(key);
      if (!goesOn(key, value == null ? ErrorValue.noSuchKey(key) : value, frame)) {
        return;
      }
    }
  }

  private boolean goesOn(Value first, Value other, Frame frame) {
    frame.set(variable, first);
    if (second >= 0) {
      frame.set(second, other);
    }
    if (condition.evaluate(frame) instanceof BoolValue(boolean is) && !is) {
      return false;
    }
    frame.set(result, step.evaluate(frame));
    return true;
  }
}
