package io.kubejar.apiserver.metrics;

import static java.util.Objects.requireNonNull;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How stable upstream says that metrics are.
final class Stability {
  /// The stable and the beta metrics, a line each; all others are alpha.
  private static final String LEVELS = "stability.txt";

  private static final String ALPHA = "ALPHA";
  private static final Map<String, String> KNOWN = read();

  private Stability() {}

  private static Map<String, String> read() {
    try (var in = Stability.class.getResourceAsStream(LEVELS)) {
      var known = new HashMap<String, String>();
      new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" ", 2))
          .forEach(words -> known.put(words[0], words[1]));
      return known;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// Upstream's count of registered metrics as a text. What every Prometheus client tells of its
  /// process is not counted.
  static String registered(List<MetricSnapshot> all) {
    var counts = new TreeMap<String, Integer>();
    for (var metric : all) {
      var name = metric.getMetadata().getPrometheusName();
      if (!name.matches("(process|go|jvm)_.*")) {
        var stable = KNOWN.getOrDefault(name, KNOWN.getOrDefault(name + "_total", ALPHA));
        counts.merge(stable, 1, Integer::sum);
      }
    }
    var text =
        new StringBuilder("# HELP registered_metrics_total Metrics that are told\n")
            .append("# TYPE registered_metrics_total counter\n");
    counts.forEach(
        (level, count) ->
            text.append("registered_metrics_total{deprecated_version=\"\",stability_level=\"")
                .append(level)
                .append("\"} ")
                .append(count)
                .append(".0\n"));
    return text.toString();
  }
}
