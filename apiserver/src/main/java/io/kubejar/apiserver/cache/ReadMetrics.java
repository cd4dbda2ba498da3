package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.GroupResource;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// What was read from the caches, under upstream's names.
public final class ReadMetrics {
  private static final double[] WAITS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3
  };

  private final Counter lists;
  private final Counter fetched;
  private final Counter returned;
  private final Counter storeLists;
  private final Counter storeFetched;
  private final Counter storeEvaluated;
  private final Counter storeReturned;
  private final Counter consistent;
  private final Histogram waits;

  public ReadMetrics(PrometheusRegistry registry) {
    lists = counter(registry, "apiserver_cache_list_total", "Lists served from a cache", "index");
    fetched =
        counter(
            registry,
            "apiserver_cache_list_fetched_objects_total",
            "Objects that were looked at for lists from a cache",
            "index");
    returned =
        counter(
            registry,
            "apiserver_cache_list_returned_objects_total",
            "Objects that lists from a cache gave");
    storeLists = counter(registry, "apiserver_storage_list_total", "Lists served from the store");
    storeFetched =
        counter(
            registry,
            "apiserver_storage_list_fetched_objects_total",
            "Objects that were read from the store for lists");
    storeEvaluated =
        counter(
            registry,
            "apiserver_storage_list_evaluated_objects_total",
            "Objects that were looked at for lists from the store");
    storeReturned =
        counter(
            registry,
            "apiserver_storage_list_returned_objects_total",
            "Objects that lists from the store gave");
    consistent =
        counter(
            registry,
            "apiserver_watch_cache_consistent_read_total",
            "Lists of the newest state",
            "success",
            "fallback");
    waits =
        Histogram.builder()
            .name("apiserver_watch_cache_read_wait_seconds")
            .help("How long reads waited for a cache to be as new as they asked for")
            .labelNames("group", "resource")
            .classicOnly()
            .classicUpperBounds(WAITS)
            .register(registry);
  }

  private static Counter counter(
      PrometheusRegistry registry, String name, String help, String... more) {
    var labels = new java.util.ArrayList<>(java.util.List.of("group", "resource"));
    labels.addAll(java.util.List.of(more));
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .register(registry);
  }

  /// A list was served from a cache.
  public void listed(GroupResource resource, CachePage<?> page) {
    lists.labelValues(resource.group(), resource.resource(), page.index()).inc();
    fetched.labelValues(resource.group(), resource.resource(), page.index()).inc(page.looked());
    returned.labelValues(resource.group(), resource.resource()).inc(page.objects().size());
  }

  /// A list was served from the store.
  public void listedFromStore(GroupResource resource, int read, CachePage<?> page) {
    storeLists.labelValues(resource.group(), resource.resource()).inc();
    storeFetched.labelValues(resource.group(), resource.resource()).inc(read);
    storeEvaluated.labelValues(resource.group(), resource.resource()).inc(page.looked());
    storeReturned.labelValues(resource.group(), resource.resource()).inc(page.objects().size());
  }

  /// A list of the newest state was answered.
  ///
  /// @param fallback whether the store had to answer because the cache was too far behind
  public void consistent(GroupResource resource, boolean fallback) {
    consistent
        .labelValues(resource.group(), resource.resource(), "true", Boolean.toString(fallback))
        .inc();
  }

  void waited(GroupResource resource, Duration time) {
    waits.labelValues(resource.group(), resource.resource()).observe(time.toNanos() / 1e9);
  }
}
