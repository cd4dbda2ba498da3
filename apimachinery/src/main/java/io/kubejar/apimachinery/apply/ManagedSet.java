package io.kubejar.apimachinery.apply;

import org.jspecify.annotations.Nullable;

/// What one manager owns.
///
/// @param time when it last changed that, as it is written; null if unknown
record ManagedSet(FieldSet fields, String apiVersion, @Nullable String time) {

  ManagedSet withFields(FieldSet changed) {
    return new ManagedSet(changed, apiVersion, time);
  }
}
