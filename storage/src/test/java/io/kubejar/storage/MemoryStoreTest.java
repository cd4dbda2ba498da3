package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private final MemoryStore store = new MemoryStore(() -> now);

  @Override
  public MemoryStore store() {
    return store;
  }

  @Override
  public void passTime(Duration duration) {
    now = now.plus(duration);
    store.expireDue();
  }

  @Test
  void anEmptyStoreIsAtRevisionOne() {
    assertThat(store.revision()).isEqualTo(1);
    assertThat(store.compactedRevision()).isZero();
    assertThat(store.range(RangeRequest.prefix("").withAtRevision(1)).entries()).isEmpty();
  }

  @Test
  void listenersAreCalledBeforeACommitReturns() {
    var log = watch(2);

    long revision = store.commit(Transaction.create("/a", Value.EMPTY)).revision();

    assertThat(log.revision()).isEqualTo(revision);
  }

  @Test
  void aListenerMayCommit() {
    var log = new ArrayList<String>();
    var listener =
        new WatchListener() {
          @Override
          public void onEvents(List<Event> events, long revision) {
            log.add(revision + " " + events.size());
            if (revision < 5) {
              store.commit(Transaction.of(new Write.Put("/a", Value.of("" + revision))));
            }
          }

          @Override
          public void onError(StoreException error) {}
        };
    try (var _ = store.watch(WatchRequest.from("", 2), listener)) {
      store.commit(Transaction.create("/a", Value.EMPTY));
    }

    assertThat(log).containsExactly("2 1", "3 1", "4 1", "5 1");
  }

  @Test
  void aForkGoesItsOwnWay() {
    store.commit(Transaction.create("/a", Value.of("1")));
    var fork = store.fork();
    store.commit(Transaction.update("/a", 2, Value.of("here")));
    fork.commit(Transaction.update("/a", 2, Value.of("there")));

    assertThat(store.get("/a").entry().orElseThrow().value().toUtf8()).isEqualTo("here");
    assertThat(fork.get("/a").entry().orElseThrow().value().toUtf8()).isEqualTo("there");
    assertThat(fork.range(RangeRequest.prefix("").withAtRevision(2)).entries()).hasSize(1);
    assertThat(fork.revision()).isEqualTo(3);
  }

  @Test
  void aSnapshotCanStartManyStores() {
    store.commit(Transaction.create("/a", Value.of("1")));
    var snapshot = store.snapshot();
    store.commit(Transaction.delete("/a", 2));

    for (int i = 0; i < 2; i++) {
      try (var copy = MemoryStore.from(snapshot, () -> now)) {
        assertThat(copy.revision()).isEqualTo(2);
        assertThat(copy.get("/a").entry()).isPresent();
        copy.commit(Transaction.delete("/a", 2));
      }
    }
  }

  @Test
  void tellsWhenTheNextKeyIsDue() {
    store.commit(Transaction.create("/a", Value.EMPTY, Duration.ofMinutes(2)));
    store.commit(Transaction.create("/b", Value.EMPTY, Duration.ofMinutes(1)));
    var start = now;

    assertThat(store.expireDue()).contains(start.plus(Duration.ofMinutes(1)));
    passTime(Duration.ofMinutes(1));
    assertThat(store.get("/b").entry()).isEmpty();
    assertThat(store.expireDue()).contains(start.plus(Duration.ofMinutes(2)));
    passTime(Duration.ofMinutes(1));
    assertThat(store.expireDue()).isEmpty();
  }

  @Test
  void expiresMoreKeysThanOneTransactionHolds() {
    for (int i = 0; i < 500; i++) {
      store.commit(Transaction.create("/k" + i, Value.EMPTY, Duration.ofMinutes(1)));
    }

    passTime(Duration.ofMinutes(1));

    assertThat(store.range(RangeRequest.prefix("")).entries()).isEmpty();
  }

  @Test
  void historyIsBounded() {
    try (var small = new MemoryStore(() -> now, new HistoryLimits(100, 1 << 30))) {
      for (int i = 0; i < 1000; i++) {
        small.commit(Transaction.of(new Write.Put("/a", Value.of("" + i))));
      }
      assertThat(small.revision() - small.compactedRevision()).isBetween(50L, 100L);
    }
  }

  @Test
  void historyIsBoundedInBytesToo() {
    try (var small = new MemoryStore(() -> now, new HistoryLimits(1_000_000, 1 << 20))) {
      for (int i = 0; i < 100; i++) {
        small.commit(Transaction.of(new Write.Put("/a", Value.wrap(new byte[100_000]))));
      }
      assertThat(small.revision() - small.compactedRevision()).isBetween(5L, 11L);
    }
  }

  @Test
  void closingEndsWatches() throws InterruptedException {
    var log = watch(2);

    store.close();

    assertThat(log.awaitError()).isInstanceOf(StoreClosedException.class);
  }
}
