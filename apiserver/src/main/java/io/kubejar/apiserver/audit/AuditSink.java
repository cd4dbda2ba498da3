package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.time.Steppable;
import java.util.List;

/// Takes audit events. Safe for use by many threads.
@FunctionalInterface
public interface AuditSink extends AutoCloseable {
  /// @return false if the event could not be taken, and the request must not go on for that
  boolean accept(JsonObject event);

  /// Whom to tell of events that are lost.
  default void onLoss(Losses listener) {}

  /// Hears of lost events.
  @FunctionalInterface
  interface Losses {
    /// @param where they were lost, such as `webhook`
    void lost(String where, int count);
  }

  /// What must be stepped for events to arrive.
  default List<Steppable> parts() {
    return List.of();
  }

  /// Writes what is still held back.
  @Override
  default void close() {}

  /// This sink, for whose failures no request is refused.
  default AuditSink forgiving() {
    return new Forgiving(this);
  }

  /// Upstream's mode `blocking`; without it, `blocking-strict`.
  record Forgiving(AuditSink sink) implements AuditSink {
    @Override
    public boolean accept(JsonObject event) {
      var _ = sink.accept(event); // A loss has been told.
      return true;
    }

    @Override
    public void onLoss(Losses listener) {
      sink.onLoss(listener);
    }

    @Override
    public List<Steppable> parts() {
      return sink.parts();
    }

    @Override
    public void close() {
      sink.close();
    }
  }

  /// Hands every event to all of several sinks.
  record Several(List<AuditSink> sinks) implements AuditSink {
    public Several {
      sinks = List.copyOf(sinks);
    }

    @Override
    public boolean accept(JsonObject event) {
      boolean all = true;
      for (var sink : sinks) {
        all &= sink.accept(event);
      }
      return all;
    }

    @Override
    public void onLoss(Losses listener) {
      sinks.forEach(sink -> sink.onLoss(listener));
    }

    @Override
    public List<Steppable> parts() {
      return sinks.stream().flatMap(sink -> sink.parts().stream()).toList();
    }

    @Override
    public void close() {
      sinks.forEach(AuditSink::close);
    }
  }
}
