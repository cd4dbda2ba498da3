package io.kubejar.apimachinery.cel.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A map, or an object with named fields.
public non-sealed interface MapValue extends Value {

  /// The value of a key, possibly a failure to convert it; null if there is none.
  @Nullable Value find(Value key);

  /// The keys, in a steady order.
  List<Value> keys();

  /// True or false, or a failure met while comparing.
  default Value isEqualTo(MapValue other) {
    if (size() != other.size()) {
      return BoolValue.FALSE;
    }
    for (var key : keys()) {
      var mine = find(key);
      var theirs = other.find(key);
      if (mine == null || theirs == null) {
        return BoolValue.FALSE;
      }
      var same = Equality.equal(mine, theirs);
      if (!BoolValue.isTrue(same)) {
        return same;
      }
    }
    return BoolValue.TRUE;
  }

  @Override
  default long size() {
    return keys().size();
  }

  @Override
  default String typeName() {
    return "map";
  }

  @Override
  default String text() {
    var text = new StringBuilder("{");
    var separator = "";
    for (var key : keys()) {
      var value = find(key);
      text.append(separator).append(key.text()).append(": ");
      text.append(value == null ? "" : value.text());
      separator = ", ";
    }
    return text.append('}').toString();
  }
}
