package io.kubejar.apimachinery.apply;

/// How two values differ. No field is in more than one of the sets.
record Comparison(FieldSet removed, FieldSet modified, FieldSet added) {

  boolean isSame() {
    return removed.isEmpty() && modified.isEmpty() && added.isEmpty();
  }

  FieldSet changed() {
    return modified.union(added);
  }

  /// Without these fields and what is below them.
  Comparison without(FieldSet fields) {
    return fields.isEmpty()
        ? this
        : new Comparison(
            removed.recursiveDifference(fields),
            modified.recursiveDifference(fields),
            added.recursiveDifference(fields));
  }
}
