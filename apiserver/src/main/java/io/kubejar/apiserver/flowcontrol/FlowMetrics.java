package io.kubejar.apiserver.flowcontrol;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// What priority and fairness did, under upstream's names.
public final class FlowMetrics {
  private static final double[] WAITS = {0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30};

  private final Counter dispatched;
  private final Counter rejected;
  private final Gauge inQueue;
  private final Gauge executing;
  private final Gauge executingSeats;
  private final Gauge nominalSeats;
  private final Gauge currentSeats;
  private final Histogram waits;

  public FlowMetrics(PrometheusRegistry registry) {
    dispatched =
        Counter.builder()
            .name("apiserver_flowcontrol_dispatched_requests_total")
            .help("Requests that got a seat")
            .labelNames("priority_level", "flow_schema")
            .register(registry);
    rejected =
        Counter.builder()
            .name("apiserver_flowcontrol_rejected_requests_total")
            .help("Requests that got none, by why")
            .labelNames("priority_level", "flow_schema", "reason")
            .register(registry);
    waits =
        Histogram.builder()
            .name("apiserver_flowcontrol_request_wait_duration_seconds")
            .help("How long requests waited for a seat")
            .classicOnly()
            .classicUpperBounds(WAITS)
            .labelNames("priority_level", "flow_schema", "execute")
            .register(registry);
    inQueue = gauge(registry, "current_inqueue_requests", "Requests that wait for a seat");
    executing = gauge(registry, "current_executing_requests", "Requests that have a seat");
    executingSeats = gauge(registry, "current_executing_seats", "Seats that are taken");
    nominalSeats = gauge(registry, "nominal_limit_seats", "Seats if nobody lends or borrows");
    currentSeats = gauge(registry, "current_limit_seats", "Seats after lending and borrowing");
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder()
        .name("apiserver_flowcontrol_" + name)
        .help(help)
        .labelNames("priority_level")
        .register(registry);
  }

  void dispatched(String level, String schema) {
    dispatched.labelValues(level, schema).inc();
  }

  void rejected(String level, String schema, String reason) {
    rejected.labelValues(level, schema, reason).inc();
  }

  void waited(String level, String schema, boolean execute, Duration time) {
    waits.labelValues(level, schema, Boolean.toString(execute)).observe(time.toNanos() / 1e9);
  }

  void waiting(String level, int requests) {
    inQueue.labelValues(level).set(requests);
  }

  void executing(String level, int requests, int seats) {
    executing.labelValues(level).set(requests);
    executingSeats.labelValues(level).set(seats);
  }

  void nominal(String level, int seats) {
    nominalSeats.labelValues(level).set(seats);
    currentSeats.labelValues(level).set(seats);
  }

  void current(String level, int seats) {
    currentSeats.labelValues(level).set(seats);
  }
}
