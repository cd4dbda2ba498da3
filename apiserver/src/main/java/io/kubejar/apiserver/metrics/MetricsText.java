package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Metrics as a text, in Prometheus' format.
public final class MetricsText {
  public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /// Counters whose names do not end as the library believes that names of counters end.
  private static final List<String> UNUSUAL =
      List.of(
          "authenticated_user_requests",
          "authentication_attempts",
          "apiserver_admission_webhook_fail_open_count",
          "apiserver_admission_webhook_rejection_count");

  private MetricsText() {}

  public static byte[] of(List<PrometheusRegistry> registries) {
    var out = new ByteArrayOutputStream();
    var all = new ArrayList<MetricSnapshot>();
    try {
      for (var registry : registries) {
        var metrics = registry.scrape();
        PrometheusTextFormatWriter.create().write(out, metrics);
        metrics.forEach(all::add);
      }
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible); // A byte array takes everything.
    }
    var text = out.toString(StandardCharsets.UTF_8);
    for (var name : UNUSUAL) {
      text = text.replace(name + "_total", name);
    }
    return (text + Stability.registered(all)).getBytes(StandardCharsets.UTF_8);
  }
}
