package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whoever does not read a watch loses it, over HTTP too, and holds up nobody.
@Timeout(120)
class SlowWatcherTest {
  private static final String WATCH = "/api/v1/namespaces/default/configmaps?watch=true";
  private static final String TERMINATED =
      "apiserver_terminated_watchers_total{group=\"\",resource=\"configmaps\"} ";

  /// More than the server keeps for one watcher, in objects that fill every buffer on the way.
  private static final int WRITES = 5_500;

  private static final String LARGE = "x".repeat(20_000);

  /// The fast watcher is never further behind than this, so that it is not a slow one.
  private static final int AHEAD = 500;

  @Test
  void aWatcherThatDoesNotReadIsCutOffAndTheOthersSeeEverything() throws Exception {
    try (var server = TestServer.start()) {
      var slow = Http.as(server, "slow", "system:masters").bytes(WATCH);
      var fast = Http.as(server, "fast", "system:masters").lines(WATCH);
      var ahead = new Semaphore(AHEAD);
      var reader =
          Thread.ofVirtual().start(() -> fast.body().limit(WRITES).forEach(_ -> ahead.release()));
      var api = server.admin();
      var map = ConfigMap.EMPTY.withMetadata(World.named("m"));
      for (int i = 0; i < WRITES; i++) {
        ahead.acquire();
        var next = map.withData(Map.of("number", String.valueOf(i), "filling", LARGE));
        map = i == 0 ? api.create(ConfigMap.RESOURCE, next) : api.update(ConfigMap.RESOURCE, next);
      }
      reader.join(); // It has seen every single one.

      try (var lines =
          new BufferedReader(new InputStreamReader(slow.body(), StandardCharsets.UTF_8))) {
        assertThat(lines.lines().count()).isPositive().isLessThan(WRITES);
      }
      var metrics = Http.as(server, "admin", "system:masters").get("/metrics").body();
      assertThat(new String(metrics, StandardCharsets.UTF_8)).contains(TERMINATED + "1");
      fast.body().close();
    }
  }
}
