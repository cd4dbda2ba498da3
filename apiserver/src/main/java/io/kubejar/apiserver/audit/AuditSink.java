package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;

/// Takes audit events. Safe for use by many threads.
@FunctionalInterface
public interface AuditSink extends AutoCloseable {
  /// @return false if the event could not be taken
  boolean accept(JsonObject event);

  /// Writes what is still held back.
  @Override
  default void close() {}
}
