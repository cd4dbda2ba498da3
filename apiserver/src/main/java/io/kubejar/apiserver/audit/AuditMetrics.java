package io.kubejar.apiserver.audit;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What was recorded, and what could not be, under upstream's names.
public final class AuditMetrics {
  private final Counter events;
  private final Counter errors;
  private final Counter levels;
  private final Counter rejected;

  public AuditMetrics(PrometheusRegistry registry) {
    events =
        Counter.builder()
            .name("apiserver_audit_event_total")
            .help("Events that were handed to the audit log")
            .register(registry);
    errors =
        Counter.builder()
            .name("apiserver_audit_error_total")
            .help("Events that may be missing in the audit log, by what lost them")
            .labelNames("plugin")
            .register(registry);
    levels =
        Counter.builder()
            .name("apiserver_audit_level_total")
            .help("Requests, by how much is recorded of them")
            .labelNames("level")
            .register(registry);
    rejected =
        Counter.builder()
            .name("apiserver_audit_requests_rejected_total")
            .help("Requests that were refused because they could not be recorded")
            .register(registry);
  }

  void event() {
    events.inc();
  }

  /// @param plugin where they were lost, such as `webhook`
  public void lost(String plugin, int count) {
    errors.labelValues(plugin).inc(count);
  }

  void level(Level level) {
    levels.labelValues(level.text()).inc();
  }

  void requestRejected() {
    rejected.inc();
  }
}
