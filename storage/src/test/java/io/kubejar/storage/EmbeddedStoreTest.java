package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.storage.disk.DiskLockedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The embedded store with its threads, on a real disk.
class EmbeddedStoreTest extends StoreContract {
  @TempDir private Path directory;
  private volatile Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private EmbeddedStore store;

  @BeforeEach
  void open() throws IOException {
    store =
        EmbeddedStore.open(directory.resolve("data/store"), () -> now, EmbeddedStoreTest::noFault);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static void noFault(String reason, Throwable cause) {
    throw new AssertionError(reason, cause);
  }

  @Override
  public EmbeddedStore store() {
    return store;
  }

  @Override
  public void passTime(Duration duration) throws InterruptedException {
    now = now.plus(duration);
    store.expireDue();
  }

  private void reopen() throws IOException {
    close();
    open();
  }

  @Test
  void everythingIsThereAfterReopening() throws Exception {
    var model = new ModelStore();
    for (int i = 0; i < 200; i++) {
      var transaction =
          Transaction.of(
              new Write.Put("/k/" + i % 7, Value.of("value " + i)),
              new Write.Delete("/k/" + i % 5));
      if (i % 7 != i % 5) {
        assertThat(store.commit(transaction)).isEqualTo(model.commit(transaction));
      }
    }
    store.compact(50);
    reopen();

    assertThat(store.revision()).isEqualTo(model.revision());
    assertThat(store.compactedRevision()).isEqualTo(50);
    for (long revision = 50; revision <= model.revision(); revision++) {
      var request = RangeRequest.prefix("/k/").withAtRevision(revision);
      assertThat(store.range(request)).isEqualTo(model.range(request));
    }
    var log = new EventLog();
    try (var _ = store.watch(WatchRequest.from("/k/", 51), log)) {
      log.awaitRevision(model.revision());
    }
    assertThat(log.events()).isEqualTo(model.eventsFrom(51, "/k/"));
  }

  @Test
  void timesToLiveGoOnAfterReopening() throws Exception {
    store.commit(Transaction.create("/a", Value.EMPTY, Duration.ofMinutes(1)));
    var due = now.plus(Duration.ofMinutes(1));
    reopen();

    assertThat(store.expireDue()).contains(due);
    passTime(Duration.ofMinutes(1));
    assertThat(store.get("/a").entry()).isEmpty();
  }

  /// 17780: the newest revisions are deletes that compaction takes away.
  @Test
  void theRevisionNeverDecreasesAfterEverythingWasCompacted() throws Exception {
    store.commit(Transaction.create("/a", Value.EMPTY));
    long deleted = store.commit(Transaction.delete("/a", 2)).revision();
    store.compact(deleted);
    reopen();

    assertThat(store.revision()).isEqualTo(deleted);
    assertThat(store.commit(Transaction.create("/a", Value.EMPTY)).revision())
        .isEqualTo(deleted + 1);
  }

  @Test
  void aDirectoryInUseIsRefused() {
    assertThatThrownBy(this::open)
        .isInstanceOf(DiskLockedException.class)
        .hasMessageContaining("data/store is in use by this process already");
  }

  @Test
  void aStoreThatIsClosedRefusesEverything() throws InterruptedException {
    var log = watch(0);
    store.close();

    assertThat(log.awaitError()).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> store.get("/a")).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> store.commit(Transaction.create("/a", Value.EMPTY)))
        .isInstanceOf(StoreClosedException.class);
  }

  @Test
  void concurrentCommitsAreAllThereAfterReopening() throws Exception {
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 64; t++) {
      var name = "/t" + t + "/";
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 20; i++) {
                        store.commit(Transaction.create(name + i, Value.wrap(new byte[2000])));
                      }
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
    for (var thread : threads) {
      thread.join();
    }
    reopen();

    assertThat(store.range(RangeRequest.prefix("/t")).entries()).hasSize(64 * 20);
    assertThat(store.revision()).isEqualTo(1 + 64 * 20);
  }

  @Test
  void filesAreForTheOwnerOnly() throws IOException {
    try (var files = Files.walk(directory.resolve("data"))) {
      assertThat(files.filter(p -> !p.endsWith("lock")))
          .allSatisfy(
              p ->
                  assertThat(Files.getPosixFilePermissions(p))
                      .allMatch(permission -> permission.name().startsWith("OWNER")));
    }
  }
}
