package io.kubejar.apiserver.metrics;

import io.kubejar.apimachinery.GroupResource;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// How many objects there are of each resource, looked up when somebody asks.
public final class ResourceMetrics {
  private ResourceMetrics() {}

  /// @param counts the numbers of objects, however many versions a resource is served in
  public static void register(
      PrometheusRegistry registry, Supplier<Map<GroupResource, Integer>> counts) {
    GaugeWithCallback.builder()
        .name("apiserver_resource_objects")
        .help("Stored objects, by resource")
        .labelNames("group", "resource")
        .callback(
            gauge ->
                counts
                    .get()
                    .forEach((name, count) -> gauge.call(count, name.group(), name.resource())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("apiserver_storage_objects")
        .help("Stored objects, by resource; apiserver_resource_objects takes its place")
        .labelNames("resource")
        .callback(
            gauge -> counts.get().forEach((name, count) -> gauge.call(count, name.toString())))
        .register(registry);
  }

  /// @param bytes how large the store is; negative if nobody knows
  public static void registerSize(PrometheusRegistry registry, LongSupplier bytes) {
    GaugeWithCallback.builder()
        .name("apiserver_storage_size_bytes")
        .help("The size of the store on its disk")
        .labelNames("storage_cluster_id")
        .callback(
            gauge -> {
              long size = bytes.getAsLong();
              if (size >= 0) {
                gauge.call((double) size, "etcd-0");
              }
            })
        .register(registry);
  }
}
