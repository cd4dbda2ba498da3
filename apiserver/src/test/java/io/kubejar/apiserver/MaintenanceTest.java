package io.kubejar.apiserver;

import static io.kubejar.apimachinery.time.VirtualClock.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.cache.CacheFeed;
import io.kubejar.apiserver.cache.ReadMetrics;
import io.kubejar.storage.CommitResult;
import io.kubejar.storage.MemoryStore;
import io.kubejar.storage.Page;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.ReadResult;
import io.kubejar.storage.Store;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.UnavailableException;
import io.kubejar.storage.Value;
import io.kubejar.storage.Watch;
import io.kubejar.storage.WatchListener;
import io.kubejar.storage.WatchRequest;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MaintenanceTest {
  private final VirtualClock clock = new VirtualClock();
  private final WatchedStore store = new WatchedStore(new MemoryStore(clock), new ArrayList<>());
  private final CacheFeed feed =
      new CacheFeed(store, "/registry/", clock, new ReadMetrics(new PrometheusRegistry()));
  private final Maintenance maintenance = new Maintenance(store, clock, feed, Duration.ofHours(1));
  private final AtomicInteger woken = new AtomicInteger();

  @BeforeEach
  void start() throws InterruptedException {
    maintenance.onWork(woken::incrementAndGet);
    feed.start();
  }

  @Test
  void sleepsUntilTheNextCompactionWhenNothingExpires() throws InterruptedException {
    maintenance.step();

    assertThat(clock.nextDeadline()).hasValue(START.plus(Maintenance.COMPACTION_INTERVAL));
  }

  @Test
  void comesWhenAKeyExpires() throws InterruptedException {
    store.commit(Transaction.create("/registry/a", Value.of("a"), Duration.ofMinutes(1)));
    maintenance.step();
    assertThat(clock.nextDeadline()).hasValue(START.plusSeconds(60));

    clock.advance(Duration.ofMinutes(1));
    assertThat(woken).hasValue(1);
    maintenance.step();

    assertThat(store.get("/registry/a").entry()).isEmpty();
  }

  @Test
  void looksInTimeForWhatLivesShorterThanThePauseIs() throws InterruptedException {
    var life = Duration.ofMinutes(1);
    var often = new Maintenance(store, clock, feed, life);
    often.onWork(woken::incrementAndGet);
    often.step();
    clock.advance(Duration.ofSeconds(10));
    store.commit(Transaction.create("/registry/a", Value.of("a"), life));

    clock.advance(Duration.ofSeconds(50));
    often.step();
    assertThat(clock.nextDeadline()).hasValue(START.plusSeconds(70));

    clock.advance(Duration.ofSeconds(10));
    often.step();
    assertThat(store.get("/registry/a").entry()).isEmpty();
  }

  @Test
  void startsTheCachesAnewAsSoonAsTheyLoseTheStore() throws InterruptedException {
    maintenance.step();

    store.listeners().getLast().onError(new UnavailableException("gone", null));
    assertThat(woken).hasValue(1);
    assertThat(feed.healthy()).isFalse();
    maintenance.step();

    assertThat(feed.healthy()).isTrue();
    assertThat(store.listeners()).hasSize(2);
  }

  /// A store that remembers who watches it.
  private record WatchedStore(Store real, List<WatchListener> listeners) implements Store {
    @Override
    public ReadResult get(String key) throws InterruptedException {
      return real.get(key);
    }

    @Override
    public Page range(RangeRequest request) throws InterruptedException {
      return real.range(request);
    }

    @Override
    public CommitResult commit(Transaction transaction) throws InterruptedException {
      return real.commit(transaction);
    }

    @Override
    public Watch watch(WatchRequest request, WatchListener listener) {
      listeners.add(listener);
      return real.watch(request, listener);
    }

    @Override
    public long revision() throws InterruptedException {
      return real.revision();
    }

    @Override
    public long compactedRevision() throws InterruptedException {
      return real.compactedRevision();
    }

    @Override
    public void compact(long revision) throws InterruptedException {
      real.compact(revision);
    }

    @Override
    public Optional<Instant> expireDue() throws InterruptedException {
      return real.expireDue();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
