package io.kubejar.controlplane;

import io.kubejar.client.Controller;
import io.kubejar.client.QueueWatcher;
import io.kubejar.controllers.job.JobController;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/// What the queues of controllers do, under upstream's names.
final class QueueMetrics {
  private static final double FIRST_BOUND = 1e-8;
  private static final int BOUNDS = 10;

  private final InstantSource clock;
  private final String manager;
  private final List<Controller> controllers = new CopyOnWriteArrayList<>();
  private final Counter adds;
  private final Counter retries;
  private final Histogram waits;
  private final Histogram works;
  private final Gauge running;

  /// @param manager whose controllers they are
  QueueMetrics(PrometheusRegistry registry, String manager, InstantSource clock) {
    this.clock = clock;
    this.manager = manager;
    adds = counter(registry, "adds_total", "Keys that were added");
    retries = counter(registry, "retries_total", "Keys that were added again after a failure");
    waits = histogram(registry, "queue_duration_seconds", "How long keys waited");
    works = histogram(registry, "work_duration_seconds", "How long working on keys took");
    running =
        Gauge.builder()
            .name("running_managed_controllers")
            .help("Controllers that run")
            .labelNames("name", "manager")
            .register(registry);
    gauge(registry, "depth", "Keys that wait", controller -> controller.queue().size());
    gauge(
        registry,
        "unfinished_work_seconds",
        "How long the work has taken so far that goes on",
        controller -> sinceEach(controller).stream().mapToDouble(QueueMetrics::seconds).sum());
    gauge(
        registry,
        "longest_running_processor_seconds",
        "How long the oldest of it has taken",
        controller ->
            sinceEach(controller).stream().mapToDouble(QueueMetrics::seconds).max().orElse(0));
  }

  /// Counts what this controller does from now on.
  void watch(Controller controller) {
    if (!controller.name().equals(JobController.TRACKED_PODS)) { // A second queue of another one.
      running.labelValues(controller.name(), manager).set(1);
    }
    var name = queueOf(controller);
    adds.labelValues(name);
    retries.labelValues(name);
    controllers.add(controller);
    controller
        .queue()
        .watchedBy(
            new QueueWatcher() {
              @Override
              public void added() {
                adds.labelValues(name).inc();
              }

              @Override
              public void taken(Duration waited) {
                waits.labelValues(name).observe(seconds(waited));
              }

              @Override
              public void done(Duration took) {
                works.labelValues(name).observe(seconds(took));
              }

              @Override
              public void retried() {
                retries.labelValues(name).inc();
              }
            });
  }

  /// Upstream's queues are called as their controllers, without the word; but for this one.
  private static String queueOf(Controller controller) {
    return controller.name().equals("ttl-after-finished-controller")
        ? "ttl_jobs_to_delete"
        : controller.name().replaceFirst("-controller$", "");
  }

  private List<Duration> sinceEach(Controller controller) {
    Instant now = clock.instant();
    return controller.queue().working().stream()
        .map(begin -> Duration.between(begin, now))
        .toList();
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder()
        .name("workqueue_" + name)
        .help(help)
        .labelNames("name")
        .register(registry);
  }

  private static Histogram histogram(PrometheusRegistry registry, String name, String help) {
    var bounds = new double[BOUNDS];
    for (int i = 0; i < BOUNDS; i++) {
      bounds[i] = FIRST_BOUND * Math.pow(10, i);
    }
    return Histogram.builder()
        .name("workqueue_" + name)
        .help(help)
        .labelNames("name")
        .classicOnly()
        .classicUpperBounds(bounds)
        .register(registry);
  }

  private void gauge(
      PrometheusRegistry registry, String name, String help, ToDoubleFunction<Controller> value) {
    GaugeWithCallback.builder()
        .name("workqueue_" + name)
        .help(help)
        .labelNames("name")
        .callback(
            gauge ->
                controllers.forEach(
                    controller -> gauge.call(value.applyAsDouble(controller), queueOf(controller))))
        .register(registry);
  }
}
