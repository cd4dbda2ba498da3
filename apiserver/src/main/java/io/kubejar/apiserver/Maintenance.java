package io.kubejar.apiserver;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.cache.CacheFeed;
import io.kubejar.storage.Store;
import io.kubejar.storage.StoreException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the server does now and then: forgets old history, removes what has expired, and starts the
/// caches anew if they lost the store.
final class Maintenance implements Steppable {
  /// How long history is kept at least; watches and paged lists can rely on it.
  static final Duration COMPACTION_INTERVAL = Duration.ofMinutes(5);

  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

  private final Store store;
  private final Clock clock;
  private final CacheFeed feed;
  private Runnable wakeUp = () -> {};
  private Instant nextLook;
  private Instant nextCompaction;
  private long compactTo;

  Maintenance(Store store, Clock clock, CacheFeed feed) {
    this.store = store;
    this.clock = clock;
    this.feed = feed;
    nextLook = clock.instant();
    nextCompaction = nextLook.plus(COMPACTION_INTERVAL);
  }

  @Override
  public boolean step() throws InterruptedException {
    var now = clock.instant();
    if (now.isBefore(nextLook)) {
      return false;
    }
    try {
      look(now);
    } catch (StoreException unavailable) {
      log.warn("Maintenance comes again, the store failed", unavailable);
      nextLook = now.plus(LOOK_INTERVAL);
    }
    clock.schedule(Duration.between(now, nextLook), wakeUp);
    return false;
  }

  private void look(Instant now) throws InterruptedException {
    if (!feed.healthy()) {
      feed.start();
    }
    nextLook = now.plus(LOOK_INTERVAL);
    var due = store.expireDue();
    if (due.isPresent() && due.get().isBefore(nextLook)) {
      nextLook = due.get().isAfter(now) ? due.get() : now.plusSeconds(1);
    }
    if (!now.isBefore(nextCompaction)) {
      if (compactTo > store.compactedRevision()) {
        store.compact(compactTo);
      }
      compactTo = store.revision();
      nextCompaction = now.plus(COMPACTION_INTERVAL);
    }
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
  }
}
