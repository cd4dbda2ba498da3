package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.Value;

/// One evaluation under way: the variables, the loops' own variables, and the meter. Used by one
/// thread.
final class Frame {
  private final Bindings bindings;
  private final Value[] slots;
  private final Meter meter;

  Frame(Bindings bindings, int slots, Meter meter) {
    this.bindings = bindings;
    this.slots = new Value[slots];
    this.meter = meter;
  }

  void charge(long amount) {
    meter.charge(amount);
  }

  Value variable(String name) {
    var value = bindings.find(name);
    return value == null ? new ErrorValue("no such attribute(s): " + name) : value;
  }

  Value slot(int index) {
    return slots[index];
  }

  void set(int index, Value value) {
    slots[index] = value;
  }
}
