package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What every store promises to watchers. That events come in order, once, and revisions whole is
/// checked by [EventLog] in all of these.
public interface WatchContract extends StoreFixture {

  @Test
  default void tellsEveryChangeWithWhatWasBefore() throws InterruptedException {
    var log = watch(store().revision() + 1);
    long first = put("a", "1");
    put("a", "2");
    delete("a");

    log.awaitEvents(3);
    var one = new Entry(key("a"), Value.of("1"), first, first, 1);
    var two = new Entry(key("a"), Value.of("2"), first, first + 1, 2);
    assertThat(log.events())
        .containsExactly(
            new Event.Put(one, Optional.empty()),
            new Event.Put(two, Optional.of(one)),
            new Event.Deleted(key("a"), first + 2, Optional.of(two)));
  }

  @Test
  default void leavesOutWhatWasBeforeUnlessAsked() throws InterruptedException {
    long first = put("a", "1");
    put("a", "2");
    delete("a");
    var log = new EventLog();
    try (var _ = store().watch(new WatchRequest(prefix(), first + 1, false), log)) {
      log.awaitEvents(2);
    }

    assertThat(log.events()).allMatch(event -> event.previous().isEmpty());
  }

  @Test
  default void keepsToItsPrefix() throws InterruptedException {
    var log = new EventLog();
    try (var _ = store().watch(WatchRequest.from(key("a/"), store().revision() + 1), log)) {
      put("a", "no");
      put("a/1", "yes");
      put("b", "no");
      put("a/2", "yes");
      log.awaitEvents(2);
    }

    assertThat(log.events()).extracting(Event::key).containsExactly(key("a/1"), key("a/2"));
  }

  @Test
  default void startsAnywhereInTheHistory() throws InterruptedException {
    long first = put("a", "1");
    put("a", "2");
    put("a", "3");

    for (long from = first; from <= first + 2; from++) {
      var log = watch(from);
      log.awaitEvents((int) (first + 3 - from));
      assertThat(log.events().getFirst().revision()).isEqualTo(from);
      assertThat(log.events().getLast().revision()).isEqualTo(first + 2);
    }
  }

  @Test
  default void revisionZeroMeansFromNowOn() throws InterruptedException {
    long before = put("a", "before");
    var log = watch(0);
    long revision = before;
    // A store on another machine begins the watch a moment after it was asked for.
    while (log.events().isEmpty()) {
      revision = put("a", "after");
    }
    log.awaitRevision(revision);

    assertThat(log.events()).allMatch(event -> event.revision() > before);
    assertThat(log.events().getLast().revision()).isEqualTo(revision);
  }

  @Test
  default void aTransactionArrivesWhole() throws InterruptedException {
    var log = watch(store().revision() + 1);
    for (int round = 0; round < 5; round++) {
      var writes = new ArrayList<Write>();
      for (int i = 0; i < 20; i++) {
        writes.add(new Write.Put(key("k" + i), Value.of("round " + round)));
      }
      store().commit(new Transaction(List.of(), writes));
    }

    log.awaitEvents(100);
    assertThat(log.events()).hasSize(100);
  }

  @Test
  default void resumesWithoutGapOrRepetition() throws InterruptedException {
    long from = store().revision() + 1;
    var all = new ArrayList<Event>();
    long next = from;
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 5; i++) {
        put("k" + i, "round " + round);
      }
      var log = new EventLog();
      try (var _ = store().watch(WatchRequest.from(prefix(), next), log)) {
        log.awaitEvents(1 + round % 3);
      }
      all.addAll(log.events());
      next = all.getLast().revision() + 1;
    }
    var last = watch(next);
    last.awaitRevision(store().revision());
    all.addAll(last.events());

    var uninterrupted = watch(from);
    uninterrupted.awaitEvents(50);
    assertThat(all).isEqualTo(uninterrupted.events());
  }

  @Test
  default void refusesAHistoryThatIsForgotten() throws InterruptedException {
    long first = put("a", "1");
    put("a", "2");
    long third = put("a", "3");
    store().compact(third);

    assertThat(watch(first).awaitError()).isInstanceOf(CompactedException.class);
    assertThat(watch(third).awaitError()).isInstanceOf(CompactedException.class);
    long fourth = put("a", "4");
    var log = watch(third + 1);
    log.awaitEvents(1);
    assertThat(log.events().getFirst().revision()).isEqualTo(fourth);
  }

  @Test
  default void compactionDoesNotDisturbAWatchThatIsUpToDate() throws InterruptedException {
    var log = watch(store().revision() + 1);
    for (int i = 0; i < 10; i++) {
      long revision = put("a", "value " + i);
      log.awaitEvents(i + 1);
      store().compact(revision);
    }

    assertThat(log.events()).hasSize(10);
    assertThat(log.error()).isEmpty();
  }

  @Test
  default void tellsNothingAfterItWasClosed() throws InterruptedException {
    var log = new EventLog();
    var watch = store().watch(WatchRequest.from(prefix(), store().revision() + 1), log);
    put("a", "1");
    log.awaitEvents(1);
    watch.close();
    var other = watch(store().revision() + 1);
    put("a", "2");
    other.awaitEvents(1);

    assertThat(log.events()).hasSize(1);
    assertThat(log.error()).isEmpty();
  }

  @Test
  default void aKeyWithATimeToLiveGoesAwayByItself() throws InterruptedException {
    var timeToLive = Duration.ofSeconds(2);
    var log = watch(store().revision() + 1);
    store().commit(Transaction.create(key("a"), Value.of("1"), timeToLive));
    assertThat(store().get(key("a")).entry()).isPresent();

    passTime(timeToLive);
    log.awaitEvents(2);

    assertThat(log.events().getLast()).isInstanceOf(Event.Deleted.class);
    assertThat(store().get(key("a")).entry()).isEmpty();
  }

  @Test
  default void writingAnewReplacesTheTimeToLive() throws InterruptedException {
    var timeToLive = Duration.ofSeconds(1);
    for (var name : List.of("kept", "gone")) {
      store().commit(Transaction.create(key(name), Value.of("1"), timeToLive));
    }
    put("kept", "2");
    var log = watch(store().revision() + 1);

    passTime(timeToLive);
    log.awaitEvents(1);

    assertThat(log.events()).extracting(Event::key).containsExactly(key("gone"));
    assertThat(store().get(key("kept")).entry()).isPresent();
  }

  @Test
  default void aListenerThatFailsDisturbsNoOther() throws InterruptedException {
    var calls = new CopyOnWriteArrayList<Long>();
    var failed = new CountDownLatch(1);
    var failing =
        new WatchListener() {
          @Override
          public void onEvents(List<Event> events, long revision) {
            calls.add(revision);
            failed.countDown();
            throw new IllegalStateException("on purpose");
          }

          @Override
          public void onError(StoreException error) {}
        };
    var healthy = watch(store().revision() + 1);
    try (var _ = store().watch(WatchRequest.from(prefix(), store().revision() + 1), failing)) {
      put("a", "1");
      put("a", "2");
      healthy.awaitEvents(2);
      assertThat(failed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(calls).as("a listener that has failed is not called again").hasSize(1);
    assertThat(healthy.events()).hasSize(2);
  }
}
