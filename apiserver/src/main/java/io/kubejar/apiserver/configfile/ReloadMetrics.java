package io.kubejar.apiserver.configfile;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;

/// How often a configuration was taken into use anew, and how that went, under upstream's names.
public final class ReloadMetrics {
  private static final String SERVER = "apiserver_id_hash";

  private final InstantSource clock;
  private final String server;
  private final Counter reloads;
  private final Gauge lastReload;
  private final Gauge inUse;

  /// @param subject what is configured, such as `authentication`
  /// @param server the name of this server
  public ReloadMetrics(
      PrometheusRegistry registry, String subject, String server, InstantSource clock) {
    this.clock = clock;
    this.server = hash(server);
    var head = "apiserver_" + subject + "_config_controller_";
    reloads =
        Counter.builder()
            .name(head + "automatic_reloads_total")
            .help("Reloads of the configuration, by how they ended")
            .labelNames("status", SERVER)
            .register(registry);
    lastReload =
        Gauge.builder()
            .name(head + "automatic_reload_last_timestamp_seconds")
            .help("When the configuration was reloaded last, by how that ended")
            .labelNames("status", SERVER)
            .register(registry);
    inUse =
        Gauge.builder()
            .name(head + "last_config_info")
            .help("The configuration in use")
            .labelNames(SERVER, "hash")
            .register(registry);
  }

  public void reloaded(boolean success) {
    var status = success ? "success" : "failure";
    reloads.labelValues(status, server).inc();
    lastReload.labelValues(status, server).set(clock.millis() / 1e3);
  }

  /// This content is used from now on.
  public void inUse(String content) {
    inUse.clear();
    inUse.labelValues(server, hash(content)).set(1);
  }

  /// How metrics tell things apart without naming them.
  public static String hash(String text) {
    if (text.isEmpty()) {
      return "";
    }
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return "sha256:"
          + HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
