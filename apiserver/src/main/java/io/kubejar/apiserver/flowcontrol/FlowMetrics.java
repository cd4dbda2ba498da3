package io.kubejar.apiserver.flowcontrol;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// What priority and fairness did, under upstream's names.
public final class FlowMetrics {
  private static final double[] WAITS = {0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30};

  private static final double[] SEATS = {1, 2, 4, 8, 16, 32, 64, 100};
  private static final String LEVEL = "priority_level";
  private static final String SCHEMA = "flow_schema";

  private final Counter dispatched;
  private final Counter rejected;
  private final Gauge inQueue;
  private final Gauge inQueueSeats;
  private final Gauge executing;
  private final Gauge executingSeats;
  private final Gauge nominalSeats;
  private final Gauge lowerSeats;
  private final Gauge upperSeats;
  private final Gauge currentSeats;
  private final Gauge demandPeak;
  private final Gauge demandAverage;
  private final Gauge demandDeviation;
  private final Gauge demandSmoothed;
  private final Gauge target;
  private final Gauge fraction;
  private final Histogram waits;
  private final Histogram executions;
  private final Histogram estimates;

  public FlowMetrics(PrometheusRegistry registry) {
    dispatched = counter(registry, "dispatched_requests_total", "Requests that got a seat");
    rejected =
        Counter.builder()
            .name("apiserver_flowcontrol_rejected_requests_total")
            .help("Requests that got none, by why")
            .labelNames(LEVEL, SCHEMA, "reason")
            .register(registry);
    waits =
        histogram("request_wait_duration_seconds", "How long requests waited for a seat", WAITS)
            .labelNames(LEVEL, SCHEMA, "execute")
            .register(registry);
    executions =
        histogram("request_execution_seconds", "How long requests had their seats", WAITS)
            .labelNames(LEVEL, SCHEMA, "type")
            .register(registry);
    estimates =
        histogram("work_estimated_seats", "How many seats requests were to take", SEATS)
            .labelNames(LEVEL, SCHEMA)
            .register(registry);
    inQueue = bySchema(registry, "current_inqueue_requests", "Requests that wait for a seat");
    inQueueSeats = bySchema(registry, "current_inqueue_seats", "Seats that are waited for");
    executing = bySchema(registry, "current_executing_requests", "Requests that have a seat");
    executingSeats = bySchema(registry, "current_executing_seats", "Seats that are taken");
    nominalSeats = byLevel(registry, "nominal_limit_seats", "Seats if nobody lends or borrows");
    lowerSeats = byLevel(registry, "lower_limit_seats", "Seats if all is lent that may be");
    upperSeats = byLevel(registry, "upper_limit_seats", "Seats if all is borrowed that may be");
    currentSeats = byLevel(registry, "current_limit_seats", "Seats after lending and borrowing");
    demandPeak = byLevel(registry, "demand_seats_high_watermark", "Most seats wanted at one time");
    demandAverage = byLevel(registry, "demand_seats_average", "Seats wanted on average");
    demandDeviation = byLevel(registry, "demand_seats_stdev", "How much that varied");
    demandSmoothed = byLevel(registry, "demand_seats_smoothed", "Seats wanted, in the long run");
    target = byLevel(registry, "target_seats", "Seats that would be right");
    fraction =
        Gauge.builder()
            .name("apiserver_flowcontrol_seat_fair_frac")
            .help("What fraction of the right number of seats everybody gets")
            .register(registry);
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder()
        .name("apiserver_flowcontrol_" + name)
        .help(help)
        .labelNames(LEVEL, SCHEMA)
        .register(registry);
  }

  private static Histogram.Builder histogram(String name, String help, double[] bounds) {
    return Histogram.builder()
        .name("apiserver_flowcontrol_" + name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(bounds);
  }

  private static Gauge byLevel(PrometheusRegistry registry, String name, String help) {
    return gauge(registry, name, help, LEVEL);
  }

  private static Gauge bySchema(PrometheusRegistry registry, String name, String help) {
    return gauge(registry, name, help, LEVEL, SCHEMA);
  }

  private static Gauge gauge(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Gauge.builder()
        .name("apiserver_flowcontrol_" + name)
        .help(help)
        .labelNames(labels)
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

  /// @param type `regular`, or `watch` for the beginning of one
  void executed(String level, String schema, String type, Duration time) {
    executions.labelValues(level, schema, type).observe(time.toNanos() / 1e9);
  }

  void estimated(String level, String schema, int seats) {
    estimates.labelValues(level, schema).observe(seats);
  }

  /// More requests wait, or fewer.
  void waiting(String level, String schema, int requests, int seats) {
    inQueue.labelValues(level, schema).inc(requests);
    inQueueSeats.labelValues(level, schema).inc(seats);
  }

  /// More requests have seats, or fewer.
  void executing(String level, String schema, int requests, int seats) {
    executing.labelValues(level, schema).inc(requests);
    executingSeats.labelValues(level, schema).inc(seats);
  }

  void bounds(String level, SeatAllocation.Bounds bounds) {
    nominalSeats.labelValues(level).set(bounds.nominal());
    lowerSeats.labelValues(level).set(bounds.min());
    upperSeats.labelValues(level).set(bounds.max());
    currentSeats.labelValues(level).set(bounds.nominal());
  }

  void demanded(String level, SeatAllocation.Wish wish) {
    var demand = wish.demand();
    demandPeak.labelValues(level).set(demand.peak());
    demandAverage.labelValues(level).set(demand.average());
    demandDeviation.labelValues(level).set(demand.deviation());
    demandSmoothed.labelValues(level).set(demand.smooth());
    target.labelValues(level).set(wish.target());
  }

  void fraction(double fair) {
    fraction.set(fair);
  }

  void current(String level, int seats) {
    currentSeats.labelValues(level).set(seats);
  }
}
