package io.kubejar.apiserver.admission;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.metrics.AdmissionMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All plugins, in order.
public final class Admission {
  /// Lets everything through as it is.
  public static final Admission NONE =
      new Admission(List.of(), new AdmissionMetrics(new PrometheusRegistry()), () -> Instant.EPOCH);

  private static final String ADMIT = "admit";
  private static final String VALIDATE = "validate";

  private final List<Named> plugins;
  private final AdmissionMetrics metrics;
  private final InstantSource clock;

  /// A plugin under the name by which it is switched on and off and measured.
  public record Named(String name, AdmissionPlugin plugin) {}

  public Admission(List<Named> plugins, AdmissionMetrics metrics, InstantSource clock) {
    this.plugins = List.copyOf(plugins);
    this.metrics = metrics;
    this.clock = clock;
  }

  /// Lets every plugin change the object, all of them twice if one asks for it.
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    var start = clock.instant();
    boolean rejected = true;
    try {
      var object = round(request);
      if (request.reinvocation().beginSecondRound()) {
        object = round(request.withObject(object));
      }
      rejected = false;
      return object;
    } finally {
      metrics.step(ADMIT, request.operation().name(), rejected, since(start));
    }
  }

  private @Nullable KubernetesObject round(AdmissionRequest request) throws InterruptedException {
    var current = request;
    for (var each : plugins) {
      var start = clock.instant();
      boolean rejected = true;
      try {
        current = current.withObject(each.plugin().mutate(current));
        rejected = false;
      } finally {
        metrics.plugin(each.name(), ADMIT, request.operation().name(), rejected, since(start));
      }
    }
    return current.object();
  }

  /// Lets every plugin look at the finished object.
  ///
  /// @throws ApiException if one refuses it
  public void validate(AdmissionRequest request) throws InterruptedException {
    var start = clock.instant();
    boolean rejected = true;
    try {
      for (var each : plugins) {
        validate(each, request);
      }
      rejected = false;
    } finally {
      metrics.step(VALIDATE, request.operation().name(), rejected, since(start));
    }
  }

  private void validate(Named each, AdmissionRequest request) throws InterruptedException {
    var start = clock.instant();
    boolean rejected = true;
    try {
      each.plugin().validate(request);
      rejected = false;
    } finally {
      metrics.plugin(each.name(), VALIDATE, request.operation().name(), rejected, since(start));
    }
  }

  private Duration since(Instant start) {
    return Duration.between(start, clock.instant());
  }
}
