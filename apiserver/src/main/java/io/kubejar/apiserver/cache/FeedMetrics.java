package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.GroupResource;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToLongFunction;

/// What the caches got from the store, under upstream's names; looked up when somebody asks.
public final class FeedMetrics {
  private static final String[] LABELS = {"group", "resource"};

  private FeedMetrics() {}

  /// What happened to the cache of a resource.
  ///
  /// @param events that came from the store
  /// @param fillings how often it was read as a whole
  /// @param terminated watches that were ended because their readers were too slow
  /// @param initial objects and changes that watches began with
  /// @param bytes that its objects take in the store
  /// @param kept changes that it remembers
  record Count(long events, long fillings, long terminated, long initial, long bytes, long kept) {
    /// This and the cache of another version of the same resource.
    Count withVersion(Count other) {
      return new Count(
          events,
          fillings,
          terminated + other.terminated,
          initial + other.initial,
          bytes,
          Math.max(kept, other.kept));
    }
  }

  public static void register(PrometheusRegistry registry, CacheFeed feed) {
    counter(
        registry,
        feed,
        "apiserver_storage_events_received_total",
        "Events that came from the store",
        Count::events);
    counter(
        registry,
        feed,
        "apiserver_watch_cache_events_received_total",
        "Events that came to the caches",
        Count::events);
    counter(
        registry,
        feed,
        "apiserver_watch_cache_initializations_total",
        "How often caches were filled",
        Count::fillings);
    counter(
        registry,
        feed,
        "apiserver_terminated_watchers_total",
        "Watches that were ended because their readers were too slow",
        Count::terminated);
    counter(
        registry,
        feed,
        "apiserver_watch_cache_events_dispatched_total",
        "Events that caches handed to watchers",
        Count::events);
    counter(
        registry,
        feed,
        "apiserver_init_events_total",
        "Objects that watches began with",
        Count::initial);
    gauge(
        registry,
        feed,
        "apiserver_resource_size_estimate_bytes",
        "How much the objects of a resource take in the store",
        Count::bytes);
    gauge(
        registry,
        feed,
        "apiserver_watch_cache_capacity",
        "How many changes a cache has room for at least",
        count -> Math.max(History.OLD_MAX, count.kept));
    GaugeWithCallback.builder()
        .name("apiserver_watch_cache_resource_version")
        .help("How far the caches are")
        .labelNames(LABELS)
        .callback(
            gauge ->
                feed.counts()
                    .keySet()
                    .forEach(
                        name ->
                            gauge.call((double) feed.revision(), name.group(), name.resource())))
        .register(registry);
  }

  private static void gauge(
      PrometheusRegistry registry,
      CacheFeed feed,
      String name,
      String help,
      ToLongFunction<Count> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(LABELS)
        .callback(
            gauge ->
                feed.counts()
                    .forEach(
                        (resource, count) ->
                            gauge.call(
                                (double) value.applyAsLong(count),
                                resource.group(),
                                resource.resource())))
        .register(registry);
  }

  private static void counter(
      PrometheusRegistry registry,
      CacheFeed feed,
      String name,
      String help,
      ToLongFunction<Count> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(LABELS)
        .callback(
            counter ->
                feed.counts()
                    .forEach(
                        (GroupResource resource, Count count) ->
                            counter.call(
                                (double) value.applyAsLong(count),
                                resource.group(),
                                resource.resource())))
        .register(registry);
  }
}
