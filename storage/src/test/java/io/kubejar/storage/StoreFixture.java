package io.kubejar.storage;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// A store to run a contract on.
///
/// Tests share a store where a new one for each would take too long. So each test keeps to its own
/// prefix and counts revisions from where it found them.
public interface StoreFixture {
  AtomicInteger TESTS = new AtomicInteger();

  Store store();

  /// Where the keys of this test are. The same during one test.
  String prefix();

  /// Lets time pass until a time to live has passed that was given this long ago.
  void passTime(Duration duration) throws InterruptedException;

  static String newPrefix() {
    return "/test/" + TESTS.incrementAndGet() + "/";
  }

  default String key(String name) {
    return prefix() + name;
  }

  /// Writes a key, whatever it holds, and gives the revision.
  default long put(String name, String text) throws InterruptedException {
    return store().commit(Transaction.of(new Write.Put(key(name), Value.of(text)))).revision();
  }

  default long delete(String name) throws InterruptedException {
    return store().commit(Transaction.of(new Write.Delete(key(name)))).revision();
  }

  /// What a listener with this test's prefix hears from a revision on.
  default EventLog watch(long fromRevision) {
    var log = new EventLog();
    var _ = store().watch(WatchRequest.from(prefix(), fromRevision), log);
    return log;
  }
}
