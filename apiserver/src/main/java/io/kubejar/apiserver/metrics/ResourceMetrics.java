package io.kubejar.apiserver.metrics;

import io.kubejar.apimachinery.GroupResource;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
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
}
