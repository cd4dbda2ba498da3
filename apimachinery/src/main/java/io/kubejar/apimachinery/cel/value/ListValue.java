package io.kubejar.apimachinery.cel.value;

import java.util.ArrayList;
import java.util.List;

/// A list. Whoever implements it decides what equality and `+` mean.
public non-sealed interface ListValue extends Value {

  int length();

  /// The element at a place between 0 and the length, possibly a failure to convert it.
  Value get(int index);

  /// This list with the elements of another behind it.
  default Value plus(ListValue other) {
    return PlainList.copyOf(this).plus(other);
  }

  /// True or false, or a failure met while comparing.
  default Value isEqualTo(ListValue other) {
    if (length() != other.length()) {
      return BoolValue.FALSE;
    }
    for (int i = 0; i < length(); i++) {
      var same = Equality.equal(get(i), other.get(i));
      if (!BoolValue.isTrue(same)) {
        return same;
      }
    }
    return BoolValue.TRUE;
  }

  /// All elements.
  default List<Value> elements() {
    var elements = new ArrayList<Value>(length());
    for (int i = 0; i < length(); i++) {
      elements.add(get(i));
    }
    return elements;
  }

  @Override
  default long size() {
    return length();
  }

  @Override
  default String typeName() {
    return "list";
  }

  @Override
  default String text() {
    var text = new StringBuilder("[");
    for (int i = 0; i < length(); i++) {
      text.append(i == 0 ? "" : ", ").append(get(i).text());
    }
    return text.append(']').toString();
  }
}
