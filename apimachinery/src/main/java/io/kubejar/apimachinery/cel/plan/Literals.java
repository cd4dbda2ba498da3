package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.Equality;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.ObjectValue;
import io.kubejar.apimachinery.cel.value.OptionalValue;
import io.kubejar.apimachinery.cel.value.PlainList;
import io.kubejar.apimachinery.cel.value.PlainMap;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Values written in the expression.
final class Literals {
  private Literals() {}

  /// A value known in advance. Free.
  record Constant(Value value) implements Node {
    @Override
    public Value evaluate(Frame frame) {
      return value;
    }
  }

  /// `[a, ?b]`
  record NewList(List<Node> elements, Set<Integer> optional) implements Node {
    @Override
    public Value evaluate(Frame frame) {
      var values = new ArrayList<Value>(elements.size());
      for (int i = 0; i < elements.size(); i++) {
        var value = elements.get(i).evaluate(frame);
        if (value instanceof ErrorValue) {
          return value;
        }
        if (!optional.contains(i)) {
          values.add(value);
        } else if (!(value instanceof OptionalValue(var held))) {
          return notOptional(value);
        } else if (held != null) {
          values.add(held);
        }
      }
      frame.charge(CallCost.LIST);
      return PlainList.of(values);
    }
  }

  private static ErrorValue notOptional(Value value) {
    return new ErrorValue(
        "cannot initialize optional list element from non-optional value " + value.text());
  }

  /// A key with its value, or a field's name with its value.
  record Entry(Node key, Node value, boolean isOptional) {}

  /// `{a: b, ?c: d}`
  record NewMap(List<Entry> entries) implements Node {
    @Override
    public Value evaluate(Frame frame) {
      var values = new LinkedHashMap<Value, Value>();
      var failed = fill(values, entries, frame);
      if (failed != null) {
        return failed;
      }
      frame.charge(CallCost.MAP);
      return PlainMap.of(values);
    }
  }

  /// `Name{field: value}`
  record NewObject(String type, List<Entry> fields) implements Node {
    @Override
    public Value evaluate(Frame frame) {
      var values = new LinkedHashMap<Value, Value>();
      var failed = fill(values, fields, frame);
      if (failed != null) {
        return failed;
      }
      frame.charge(CallCost.OBJECT);
      return new ObjectValue(type, PlainMap.of(values));
    }
  }

  private static @Nullable ErrorValue fill(
      Map<Value, Value> values, List<Entry> entries, Frame frame) {
    for (var entry : entries) {
      var key = entry.key().evaluate(frame);
      if (key instanceof ErrorValue error) {
        return error;
      }
      var value = entry.value().evaluate(frame);
      if (value instanceof ErrorValue error) {
        return error;
      }
      if (entry.isOptional()) {
        if (!(value instanceof OptionalValue(var held))) {
          return new ErrorValue(
              "cannot initialize optional entry '%s' from non-optional value %s"
                  .formatted(key.text(), value.text()));
        }
        if (held == null) {
          continue;
        }
        value = held;
      }
      if (values.keySet().stream()
          .anyMatch(other -> BoolValue.isTrue(Equality.equal(other, key)))) {
        return new ErrorValue("Failed with repeated key: " + key.text());
      }
      values.put(key, value);
    }
    return null;
  }
}
