package io.kubejar.standalone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.storage.MemoryStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A control plane that is told to stop, and to take its time.
@Timeout(120)
final class ShutdownTest {
  private static final Duration DELAY = Duration.ofHours(77);

  /// Keeps the one timer that ends the delay.
  private record HeldClock(Clock real, BlockingQueue<Runnable> held) implements Clock {
    @Override
    public Instant instant() {
      return real.instant();
    }

    @Override
    public Timer schedule(Duration delay, Runnable action) {
      if (!delay.equals(DELAY)) {
        return real.schedule(delay, action);
      }
      held.add(action);
      return () -> {};
    }
  }

  @Test
  void servesRequestsUntilItsDelayIsOver(@TempDir Path directory) throws Exception {
    var held = new LinkedBlockingQueue<Runnable>();
    var choice = ApiServerChoice.of(Map.of("--shutdown-delay-duration", "77h"));
    choice.check();
    try (var real = new RealClock();
        var store = new MemoryStore(real)) {
      var clock = new HeldClock(real, held);
      var pki = ClusterPki.open(KeyStorage.files(directory), clock);
      var options =
          ControlPlaneOptions.of(store, clock, new SecureRandom(), pki).withAccess(choice::apply);
      var running =
          ControlPlane.start(
              options,
              fault -> {
                throw fault;
              });
      var client = new HttpApiClient(running.administrator("test").access("test"), clock);

      var stopped =
          new FutureTask<>(
              () -> {
                running.stop();
                return true;
              });
      Thread.ofVirtual().start(stopped);
      var over = requireNonNull(held.poll(30, TimeUnit.SECONDS));
      var map =
          ConfigMap.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("a").withNamespace("default"));
      assertThat(client.create(ConfigMap.RESOURCE, map).metadata().uid()).isNotEmpty();
      assertThat(stopped.isDone()).isFalse();
      over.run();

      assertThat(stopped.get(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> client.create(ConfigMap.RESOURCE, map))
          .isInstanceOf(RuntimeException.class);
    }
  }
}
