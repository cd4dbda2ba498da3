package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/// Mistakes that etcd made once and no store of ours shall make again, by the number of etcd's
/// issue.
///
/// Those that need a crash (13766, 14370, 14685, 17780) are in [EmbeddedStoreDiskTest],
/// [EmbeddedStoreTest] and `EtcdClusterTest`; that about auth (14571) is in `EtcdStoreTest`.
public interface PastBugsContract extends StoreFixture {

  /// 15220: a progress notice overtook the events before it.
  @Test
  default void progressNeverOvertakesEvents() throws InterruptedException {
    var log = new EventLog(); // Fails if an event comes at or below a revision of progress.
    try (var watch = store().watch(WatchRequest.from(prefix(), store().revision() + 1), log)) {
      for (int i = 0; i < 200; i++) {
        put("a", "value " + i);
        watch.requestProgress();
      }
      log.awaitEvents(200);
    }
    assertThat(log.events()).hasSize(200);
  }

  /// 15271, 17247: a watch went back in time, an event came twice, when watches were resumed under
  /// load.
  @Test
  default void resumedWatchesNeitherGoBackNorRepeat() throws InterruptedException {
    long from = store().revision() + 1;
    int count = 300;
    var writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < count; i++) {
                      put("k" + i % 7, "value " + i);
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    var all = new ArrayList<Event>();
    long next = from;
    while (all.size() < count) {
      var log = new EventLog();
      try (var _ = store().watch(WatchRequest.from(prefix(), next), log)) {
        log.awaitEvents(1);
      }
      all.addAll(log.events());
      next = all.getLast().revision() + 1;
    }
    writer.join();

    assertThat(all).extracting(Event::revision).doesNotHaveDuplicates().isSorted();
    assertThat(all).hasSize(count);
  }

  /// 17529: a watcher that was starved by others lost events.
  @Test
  default void aSlowWatcherLosesNothing() throws InterruptedException {
    var gate = new Semaphore(0);
    var slow = new EventLog();
    var slowly =
        new WatchListener() {
          @Override
          public void onEvents(List<Event> events, long revision) {
            gate.acquireUninterruptibly();
            slow.onEvents(events, revision);
          }

          @Override
          public void onError(StoreException error) {
            slow.onError(error);
          }
        };
    if (store() instanceof MemoryStore) {
      gate.release(10_000); // Its listeners must not block.
    }
    try (var _ = store().watch(WatchRequest.from(prefix(), store().revision() + 1), slowly)) {
      var value = "x".repeat(2000);
      for (int i = 0; i < 500; i++) {
        put("a", value + i);
      }
      gate.release(10_000);
      slow.awaitEvents(500);
    }
    assertThat(slow.events()).hasSize(500);
  }

  /// 18089: a delete was dropped from a watch when the history was compacted at that revision.
  @Test
  default void compactingAtADeleteDoesNotDropItFromARunningWatch() throws InterruptedException {
    var log = watch(store().revision() + 1);
    for (int i = 0; i < 20; i++) {
      put("a", "1");
      store().compact(delete("a"));
    }
    log.awaitRevision(store().revision());

    // A watch that did not keep up may be told that it has to start anew, but nothing else.
    if (log.error().isPresent()) {
      assertThat(log.awaitError()).isInstanceOf(CompactedException.class);
    } else {
      assertThat(log.events()).hasSize(40);
    }
  }

  /// 18667: a compacted revision could be read, and looked empty.
  @Test
  default void aCompactedRevisionIsNeverReadAsEmpty() throws InterruptedException {
    long first = put("a", "1");
    long second = put("a", "2");
    store().compact(second);

    var request = RangeRequest.prefix(prefix()).withAtRevision(first);
    assertThatThrownBy(() -> store().range(request)).isInstanceOf(CompactedException.class);
    assertThatThrownBy(() -> store().range(request.withLimit(1)))
        .isInstanceOf(CompactedException.class);
    assertThatThrownBy(() -> store().range(request.withKeysOnly()))
        .isInstanceOf(CompactedException.class);
  }

  /// 19179: a watch from exactly the compacted revision missed the delete at that revision. It must
  /// be refused, or tell.
  @Test
  default void aWatchFromTheCompactedRevisionDoesNotMissADelete() throws InterruptedException {
    put("a", "1");
    long deleted = delete("a");
    store().compact(deleted);
    put("b", "1");

    assertThat(watch(deleted).awaitError()).isInstanceOf(CompactedException.class);
  }

  /// 20221: a watch from a revision in the future told of older ones.
  @Test
  default void aWatchFromTheFutureWaitsForIt() throws InterruptedException {
    long revision = put("a", "now");
    var log = watch(revision + 4);
    for (int i = 1; i <= 5; i++) {
      put("a", "later " + i);
    }

    log.awaitEvents(2);
    assertThat(log.events())
        .extracting(Event::revision)
        .containsExactly(revision + 4, revision + 5);
  }

  /// 17780, without the crash: the newest revisions are deletes that compaction takes away.
  @Test
  default void compactingAllThereIsKeepsTheRevision() throws InterruptedException {
    put("a", "1");
    long deleted = delete("a");
    store().compact(deleted);

    assertThat(store().revision()).isEqualTo(deleted);
    assertThat(put("a", "2")).isEqualTo(deleted + 1);
  }
}
