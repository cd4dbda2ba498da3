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
/// caches anew if they lost the store. It sleeps until something is due or the caches call.
final class Maintenance implements Steppable {
  /// How long history is kept at least; watches and paged lists can rely on it.
  static final Duration COMPACTION_INTERVAL = Duration.ofMinutes(5);

  private static final Duration RETRY = Duration.ofSeconds(10);
  private static final Duration OVERDUE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

  private final Store store;
  private final Clock clock;
  private final CacheFeed feed;
  private final Duration shortestLife;
  private volatile Runnable wakeUp = () -> {};
  private volatile boolean called;
  private Instant nextLook;
  private Instant nextCompaction;
  private long compactTo;

  /// @param shortestLife how long what expires lives at least
  Maintenance(Store store, Clock clock, CacheFeed feed, Duration shortestLife) {
    this.shortestLife = shortestLife;
    this.store = store;
    this.clock = clock;
    this.feed = feed;
    nextLook = clock.instant();
    nextCompaction = nextLook.plus(COMPACTION_INTERVAL);
    feed.onLost(this::call);
  }

  private void call() {
    called = true;
    wakeUp.run();
  }

  @Override
  public boolean step() throws InterruptedException {
    var now = clock.instant();
    if (now.isBefore(nextLook) && !called) {
      return false;
    }
    called = false;
    try {
      look(now);
    } catch (StoreException unavailable) {
      log.warn("Maintenance comes again, the store failed", unavailable);
      nextLook = now.plus(RETRY);
    }
    clock.schedule(Duration.between(now, nextLook), wakeUp);
    return false;
  }

  private void look(Instant now) throws InterruptedException {
    if (!feed.healthy()) {
      feed.start();
    }
    if (!now.isBefore(nextCompaction)) {
      if (compactTo > store.compactedRevision()) {
        store.compact(compactTo);
      }
      feed.compacted(compactTo);
      compactTo = store.revision();
      nextCompaction = now.plus(COMPACTION_INTERVAL);
    }
    // Nothing that is written later is due earlier than that.
    nextLook = earlier(nextCompaction, now.plus(shortestLife));
    var due = store.expireDue();
    if (due.isPresent() && due.get().isBefore(nextLook)) {
      nextLook = due.get().isAfter(now) ? due.get() : now.plus(OVERDUE);
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
  }
}
