package io.kubejar.apiserver.metrics;

import static java.util.Objects.requireNonNull;

import io.kubejar.apimachinery.json.JsonObject;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What this program is, and as which version of Kubernetes it behaves, under upstream's names.
public final class BuildMetrics {
  /// Each feature gate of this version with its stage and whether it is on.
  private static final String FEATURES = "features.txt";

  private BuildMetrics() {}

  /// @param version what `/version` says
  public static void register(PrometheusRegistry registry, JsonObject version) {
    Gauge.builder()
        .name("kubernetes_build_info")
        .help("What was built: always 1")
        .labelNames(
            "major",
            "minor",
            "git_version",
            "git_commit",
            "git_tree_state",
            "build_date",
            "go_version",
            "compiler",
            "platform")
        .register(registry)
        .labelValues(
            version.text("major"),
            version.text("minor"),
            version.text("gitVersion"),
            version.text("gitCommit"),
            version.text("gitTreeState"),
            version.text("buildDate"),
            version.text("goVersion"),
            version.text("compiler"),
            version.text("platform"))
        .set(1);
    var features =
        Gauge.builder()
            .name("kubernetes_feature_enabled")
            .help("Whether the server behaves as with this feature gate on")
            .labelNames("name", "stage")
            .register(registry);
    for (var line : features()) {
      var words = line.split(" ", -1);
      var stage = words[1].equals("GA") ? "" : words[1];
      features.labelValues(words[0], stage).set(Integer.parseInt(words[2]));
    }
    // No metric is hidden or disabled here, and there is one way to validate.
    counter(registry, "hidden_metrics_total", "Metrics that are not shown");
    counter(registry, "disabled_metrics_total", "Metrics that were switched off");
    counter(
        registry,
        "apiserver_validation_declarative_validation_mismatch_total",
        "Objects about which two ways to validate differed");
    counter(
        registry,
        "apiserver_validation_declarative_validation_panic_total",
        "Objects on which one way to validate failed");
  }

  private static void counter(PrometheusRegistry registry, String name, String help) {
    Counter.builder().name(name).help(help).register(registry);
  }

  private static List<String> features() {
    try (var in = BuildMetrics.class.getResourceAsStream(FEATURES)) {
      return new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
