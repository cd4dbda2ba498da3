package io.kubejar.apiserver.metrics;

import io.kubejar.apimachinery.time.Steppable;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// What the server's own parts do, under the names of the queues that upstream's have. A part has a
/// queue with room for one: it is called, however often, and then looks at everything.
public final class PartMetrics {
  /// The queues of upstream's that do the same.
  private static final Map<String, String> QUEUES =
      Map.of(
          "apiserver/flowcontrol", "priority_and_fairness_config_queue",
          "apiserver/customresources", "crd_naming_condition_controller",
          "apiserver/autoregister", "APIServiceRegistrationController",
          "apiserver/availability", "AvailableConditionController");

  private static final double FIRST_BOUND = 1e-8;
  private static final int BOUNDS = 10;

  private final InstantSource clock;
  private final Map<String, Measured> parts = new ConcurrentHashMap<>();
  private final Counter adds;
  private final Histogram waits;
  private final Histogram works;

  public PartMetrics(PrometheusRegistry registry, InstantSource clock) {
    this.clock = clock;
    adds =
        Counter.builder()
            .name("workqueue_adds_total")
            .help("How often parts were called")
            .labelNames("name")
            .register(registry);
    waits = histogram(registry, "queue_duration_seconds", "How long calls waited");
    works = histogram(registry, "work_duration_seconds", "How long the work after a call took");
    gauge(registry, "depth", "Calls that wait", part -> part.called.get() == null ? 0 : 1);
    gauge(
        registry,
        "unfinished_work_seconds",
        "How long the work has taken so far that goes on",
        Measured::unfinished);
    gauge(
        registry,
        "longest_running_processor_seconds",
        "How long the work has taken so far that goes on",
        Measured::unfinished);
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
      PrometheusRegistry registry, String name, String help, ToDoubleFunction<Measured> value) {
    GaugeWithCallback.builder()
        .name("workqueue_" + name)
        .help(help)
        .labelNames("name")
        .callback(
            gauge ->
                parts.values().forEach(part -> gauge.call(value.applyAsDouble(part), part.name)))
        .register(registry);
  }

  /// The part as it is, measured; always the same for one name.
  public Steppable measured(String name, Steppable part) {
    return parts.computeIfAbsent(name, _ -> new Measured(queueOf(name), part));
  }

  private static String queueOf(String name) {
    var own = name.substring(name.indexOf('/') + 1);
    return QUEUES.getOrDefault(name, own);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private final class Measured implements Steppable {
    private final String name;
    private final Steppable part;
    private final AtomicReference<@Nullable Instant> called = new AtomicReference<>();
    private volatile @Nullable Instant began;

    Measured(String name, Steppable part) {
      this.name = name;
      this.part = part;
      adds.labelValues(name);
    }

    @Override
    public void onWork(Runnable wakeUp) {
      part.onWork(
          () -> {
            if (called.compareAndSet(null, clock.instant())) {
              adds.labelValues(name).inc();
            }
            wakeUp.run();
          });
    }

    /// Steps that nobody called for find nothing to do, and are not counted.
    @Override
    public boolean step() throws InterruptedException {
      var since = called.getAndSet(null);
      if (since == null) {
        return part.step();
      }
      var begin = clock.instant();
      began = begin;
      waits.labelValues(name).observe(seconds(Duration.between(since, begin)));
      try {
        return part.step();
      } finally {
        began = null;
        works.labelValues(name).observe(seconds(Duration.between(begin, clock.instant())));
      }
    }

    private double unfinished() {
      var begin = began;
      return begin == null ? 0 : seconds(Duration.between(begin, clock.instant()));
    }
  }
}
