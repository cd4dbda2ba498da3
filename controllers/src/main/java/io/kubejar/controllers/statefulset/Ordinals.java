package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import java.util.Objects;

/// The ordinals of the pods that a set asks for.
///
/// @param start the first of them
/// @param count how many follow one another
record Ordinals(int start, int count) {

  static Ordinals of(StatefulSet set) {
    var ordinals = set.spec().ordinals();
    return new Ordinals(
        ordinals == null ? 0 : ordinals.start(),
        Objects.requireNonNullElse(set.spec().replicas(), 1));
  }

  boolean contains(int ordinal) {
    return ordinal >= start && ordinal - start < count;
  }
}
