package io.kubejar.apimachinery.cel.value;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A list of values at hand.
///
/// Appending shares the elements: a list is the first part of storage that may grow behind it. So a
/// comprehension that adds one element per step does not copy what it has.
public final class PlainList implements ListValue {
  public static final PlainList EMPTY = new PlainList(new ArrayList<>(), 0);

  private final List<Value> storage;
  private final int length;

  private PlainList(List<Value> storage, int length) {
    this.storage = storage;
    this.length = length;
  }

  public static PlainList of(Collection<? extends Value> elements) {
    return elements.isEmpty() ? EMPTY : new PlainList(new ArrayList<>(elements), elements.size());
  }

  /// A list of texts.
  public static PlainList ofTexts(Collection<String> texts) {
    return of(texts.stream().map(StringValue::new).toList());
  }

  static PlainList copyOf(ListValue list) {
    return list instanceof PlainList plain ? plain : of(list.elements());
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public Value get(int index) {
    return storage.get(index);
  }

  @Override
  public List<Value> elements() {
    return storage.subList(0, length);
  }

  @Override
  public Value plus(ListValue other) {
    if (other.length() == 0) {
      return this;
    }
    if (length == 0) {
      return of(other.elements());
    }
    synchronized (storage) {
      // Somebody else has appended already: what stands behind is not ours.
      var target = storage.size() == length ? storage : new ArrayList<>(elements());
      target.addAll(List.copyOf(other.elements()));
      return new PlainList(target, target.size());
    }
  }

  @Override
  public String toString() {
    return text();
  }
}
