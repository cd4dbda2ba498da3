package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;

/// Takes audit events. Safe for use by many threads.
@FunctionalInterface
public interface AuditSink extends AutoCloseable {
  /// @return false if the event could not be taken
  boolean accept(JsonObject event);

  /// What it is called in metrics.
  default String name() {
    return "log";
  }

  /// Whom to tell of events that were taken and lost afterwards.
  default void onLoss(Losses listener) {}

  /// Hears of lost events.
  @FunctionalInterface
  interface Losses {
    /// @param where they were lost, such as `webhook`
    void lost(String where, int count);
  }

  /// Writes what is still held back.
  @Override
  default void close() {}
}
