package io.kubejar.apiserver.encryption;

import io.kubejar.apiserver.configfile.ReloadMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// How keys are used and how plugins answer, under upstream's names.
final class EncryptionMetrics {
  /// How many keys of each metric are told: plugins choose their names.
  private static final int KEYS_MAX = 100;

  private static final String ENVELOPE = "apiserver_envelope_encryption_";
  private static final double CALL_MIN_SECONDS = 0.0001;
  private static final int CALL_BUCKETS = 20;

  /// Which way a value went.
  enum Direction {
    FROM_STORAGE("from_storage"),
    TO_STORAGE("to_storage");

    private final String label;

    Direction(String label) {
      this.label = label;
    }
  }

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final InstantSource clock;

  /// Which server this is.
  private final String server;

  private final Histogram calls;
  private final Counter uses;
  private final Gauge lastUses;
  private final Gauge lastTold;
  private final Counter badKeys;
  private final Gauge keysKnown;
  private final ReloadMetrics reloads;
  private final Map<List<String>, Boolean> usedKeys;
  private final Map<List<String>, Boolean> toldKeys;

  /// @param server the name of this server
  EncryptionMetrics(InstantSource clock, String server) {
    this.clock = clock;
    this.server = ReloadMetrics.hash(server);
    calls =
        Histogram.builder()
            .name(ENVELOPE + "kms_operations_latency_seconds")
            .help("How long calls of KMS plugins took, by how they ended")
            .labelNames("provider_name", "method_name", "grpc_status_code")
            .classicOnly()
            .classicUpperBounds(callBounds())
            .register(registry);
    uses =
        counter("key_id_hash_total", "Values transformed, by the plugin's key")
            .labelNames("transformation_type", "provider_name", "key_id_hash", "apiserver_id_hash")
            .register(registry);
    lastUses =
        gauge(ENVELOPE + "key_id_hash_last_timestamp_seconds", "When a plugin's key was used last")
            .labelNames("transformation_type", "provider_name", "key_id_hash", "apiserver_id_hash")
            .register(registry);
    lastTold =
        gauge(
                ENVELOPE + "key_id_hash_status_last_timestamp_seconds",
                "When a plugin told of its key last")
            .labelNames("provider_name", "key_id_hash", "apiserver_id_hash")
            .register(registry);
    badKeys =
        counter("invalid_key_id_from_status_total", "Bad names of keys that plugins told")
            .labelNames("provider_name", "error")
            .register(registry);
    keysKnown =
        gauge(
                ENVELOPE + "dek_source_cache_size",
                "Keys that need not be decrypted by the plugin any more")
            .labelNames("provider_name")
            .register(registry);
    reloads = new ReloadMetrics(registry, "encryption", server, clock);
    usedKeys =
        bounded(
            labels -> {
              uses.remove(labels);
              lastUses.remove(labels);
            });
    toldKeys = bounded(lastTold::remove);
  }

  private static Counter.Builder counter(String name, String help) {
    return Counter.builder().name(ENVELOPE + name).help(help);
  }

  private static Gauge.Builder gauge(String name, String help) {
    return Gauge.builder().name(name).help(help);
  }

  private static double[] callBounds() {
    var bounds = new double[CALL_BUCKETS];
    double bound = CALL_MIN_SECONDS;
    for (int i = 0; i < CALL_BUCKETS; i++) {
      bounds[i] = bound;
      bound *= 2;
    }
    return bounds;
  }

  /// Forgets the labels that were used longest ago when there are too many.
  private static Map<List<String>, Boolean> bounded(Consumer<String[]> forget) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<List<String>, Boolean> oldest) {
        if (size() <= KEYS_MAX) {
          return false;
        }
        forget.accept(oldest.getKey().toArray(String[]::new));
        return true;
      }
    };
  }

  PrometheusRegistry registry() {
    return registry;
  }

  void called(String provider, String method, String code, Duration took) {
    calls
        .labelValues(provider, "/v2.KeyManagementService/" + method, code)
        .observe(took.toNanos() / 1e9);
  }

  synchronized void keyUsed(Direction direction, String provider, String keyId) {
    var labels = List.of(direction.label, provider, ReloadMetrics.hash(keyId), server);
    usedKeys.put(labels, true);
    var values = labels.toArray(String[]::new);
    uses.labelValues(values).inc();
    lastUses.labelValues(values).set(now());
  }

  synchronized void keyTold(String provider, String keyId) {
    var labels = List.of(provider, ReloadMetrics.hash(keyId), server);
    toldKeys.put(labels, true);
    lastTold.labelValues(labels.toArray(String[]::new)).set(now());
  }

  void badKeyTold(String provider, String error) {
    badKeys.labelValues(provider, error).inc();
  }

  void keysKnown(String provider, int count) {
    keysKnown.labelValues(provider).set(count);
  }

  ReloadMetrics reloads() {
    return reloads;
  }

  private double now() {
    return clock.millis() / 1e3;
  }
}
