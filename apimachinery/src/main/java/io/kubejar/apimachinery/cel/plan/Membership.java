package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.PlainMap;
import io.kubejar.apimachinery.cel.value.Value;

/// `x in [constants]`. The list is looked up, not searched, and costs nothing.
record Membership(Node value, PlainMap members) implements Node {
  @Override
  public Value evaluate(Frame frame) {
    var wanted = value.evaluate(frame);
    return wanted instanceof ErrorValue ? wanted : BoolValue.of(members.find(wanted) != null);
  }
}
