package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.storage.PendingOperation.Wish;
import io.kubejar.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Single faults, one by one, and what the store says to them.
class EmbeddedStoreFaultTest {
  private static final int BLOCK = LogFormat.BLOCK_BYTES;
  private static final String FIRST_SEGMENT = "log-0000000000000001";

  private final SimulatedDisk disk = new SimulatedDisk(new Random(1));
  private final List<String> faults = new ArrayList<>();

  private EmbeddedStore open() throws IOException {
    return EmbeddedStore.openStepped(
        disk,
        () -> Instant.EPOCH,
        (reason, cause) -> faults.add(reason + ": " + cause),
        new Random(1));
  }

  private EmbeddedStore openSmall() throws IOException {
    return EmbeddedStore.openStepped(
        new EmbeddedStore.Options(
            disk,
            () -> Instant.EPOCH,
            (reason, cause) -> faults.add(reason + ": " + cause),
            new HistoryLimits(20, 1 << 20),
            new LogLimits(8 * BLOCK, BLOCK, BLOCK, 2, 10, 1 << 20),
            LogFormat.Checksum.CRC,
            () -> new UUID(1, 1)));
  }

  private static Transaction put(String key, String text) {
    return Transaction.of(new Write.Put(key, Value.of(text)));
  }

  @Test
  void aFailedSyncStopsTheStore() throws Exception {
    var store = open();
    store.commit(put("/a", "1"));
    disk.failWithRate(1);
    store.submit(new Wish.Commit(put("/b", "1")));
    disk.failWithRate(0);
    var failing = new AtomicInteger();
    disk.onOperation(
        () -> {
          if (failing.incrementAndGet() == 2) {
            disk.failWithRate(1); // The write succeeds, the sync does not.
          }
        });

    assertThatThrownBy(() -> store.commit(put("/a", "2")))
        .isInstanceOf(UnknownOutcomeException.class);
    assertThat(faults).hasSize(1).first().asString().contains("the disk failed", FIRST_SEGMENT);
    assertThat(store.get("/a").entry().orElseThrow().value().toUtf8()).isEqualTo("1");
    assertThatThrownBy(() -> store.commit(put("/a", "3"))).isInstanceOf(UnavailableException.class);
    assertThat(faults).hasSize(1);
  }

  @Test
  void aFullDiskRefusesWritesAndLosesNothing() throws Exception {
    var store = openSmall();
    store.commit(put("/a", "1"));
    disk.limitCapacity(3 * BLOCK);

    int written = 0;
    while (true) {
      try {
        store.commit(put("/a", "more"));
        written++;
      } catch (UnavailableException e) {
        assertThat(e).hasMessageContaining("No space left on device");
        break;
      }
    }
    assertThat(store.revision()).isEqualTo(2 + written);
    assertThat(faults).isEmpty();

    disk.limitCapacity(Long.MAX_VALUE);
    assertThat(store.commit(put("/a", "2")).revision()).isEqualTo(3 + written);
    disk.powerLoss();
    assertThat(open().get("/a").entry().orElseThrow().value().toUtf8()).isEqualTo("2");
  }

  @Test
  void aWriteIsVisibleOnlyAfterItsSync() throws Exception {
    var store = open();
    store.commit(put("/a", "1"));
    var seen = new ArrayList<Long>();
    var events = new EventLog();
    try (var _ = store.watch(WatchRequest.from("", 3), events)) {
      disk.onOperation(
          () -> {
            seen.add(store.revision());
            assertThat(events.events()).isEmpty();
            assertThat(store.get("/a").entry().orElseThrow().version()).isEqualTo(1);
          });
      store.commit(put("/a", "2"));
    }

    assertThat(seen).hasSizeGreaterThanOrEqualTo(2).containsOnly(2L);
    assertThat(events.events()).hasSize(1);
  }

  @Test
  void callersThatWaitTogetherShareOneSync() throws Exception {
    var store = open();
    store.commit(put("/first", "makes room in the file"));
    var operations = new AtomicInteger();
    disk.onOperation(operations::incrementAndGet);
    var pending = new ArrayList<PendingOperation>();
    for (int i = 0; i < 100; i++) {
      pending.add(store.submit(new Wish.Commit(put("/k" + i, "value"))));
    }

    store.step();

    assertThat(pending).allMatch(PendingOperation::isDone);
    assertThat(operations.get()).as("one write, one sync").isEqualTo(2);
  }

  @Test
  void damageInTheMiddleOfTheLogIsRefused() throws Exception {
    var store = open();
    for (int i = 0; i < 10; i++) {
      store.commit(put("/a", "value " + i));
    }
    store.close();
    disk.damage(FIRST_SEGMENT, 5 * BLOCK + 50, 1);
    var before = disk.content(FIRST_SEGMENT);

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(this::open)
          .isInstanceOf(CorruptStoreException.class)
          .hasMessageContaining(FIRST_SEGMENT)
          .hasMessageContaining("in the middle of the log")
          .hasMessageContaining("revision 6 cannot be read, but revision 7 was acknowledged");
    }
    assertThat(disk.content(FIRST_SEGMENT)).as("nothing was changed").isEqualTo(before);
  }

  @Test
  void damageInAnOlderSegmentIsRefused() throws Exception {
    var store = openSmall();
    while (!disk.list().contains("log-0000000000000002")) {
      store.commit(put("/a", "value"));
    }
    store.close();
    disk.damage(FIRST_SEGMENT, 7 * BLOCK + 30, 1); // Its last record: no later one in this file.

    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("log-0000000000000002 goes on after");
  }

  @Test
  void aMissingSegmentIsRefused() throws Exception {
    var store = openSmall();
    while (!disk.list().contains("log-0000000000000003")) {
      store.commit(put("/a", "value"));
    }
    store.close();
    disk.delete("log-0000000000000002");

    assertThatThrownBy(this::open).isInstanceOf(CorruptStoreException.class);
  }

  @Test
  void aDamagedSnapshotIsRefused() throws Exception {
    var store = openSmall();
    while (disk.list().stream().noneMatch(n -> n.startsWith("snapshot-"))) {
      store.commit(put("/a", "value"));
      store.step();
    }
    store.close();
    var snapshot = disk.list().stream().filter(n -> n.startsWith("snapshot-")).findFirst();
    disk.damage(snapshot.orElseThrow(), BLOCK + 20, 1);

    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("snapshot-")
        .hasMessageContaining("damaged at byte 4096");
  }

  @Test
  void aFormatOfTheFutureIsRefused() throws Exception {
    open().close();
    disk.damage(FIRST_SEGMENT, 11, 1);

    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("format version 91; this program knows version 1 only");
  }

  @Test
  void segmentsOfAnotherStoreAreRefused() throws Exception {
    var store = openSmall();
    while (!disk.list().contains("log-0000000000000002")) {
      store.commit(put("/a", "value"));
    }
    store.close();
    var foreign = new SimulatedDisk(new Random(2));
    EmbeddedStore.openStepped(foreign, () -> Instant.EPOCH, (_, _) -> {}, new Random(2)).close();
    disk.delete(FIRST_SEGMENT);
    disk.put(FIRST_SEGMENT, foreign.content(FIRST_SEGMENT));

    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("belongs to another store");
  }

  @Test
  void aWriteCutShortIsCutOffAndNoticedByNobody() throws Exception {
    var store = open();
    store.commit(put("/a", "1"));
    store.commit(put("/a", "2"));
    store.close();
    disk.damage(FIRST_SEGMENT, 2 * BLOCK + 10, 100); // As if its sync had not ended.

    try (var reopened = open()) {
      assertThat(reopened.revision()).isEqualTo(2);
      assertThat(reopened.commit(put("/a", "3")).revision()).isEqualTo(3);
    }
    disk.powerLoss();
    assertThat(open().get("/a").entry().orElseThrow().value().toUtf8()).isEqualTo("3");
  }

  @Test
  void segmentsAreRecycledAndFilesStayFew() throws Exception {
    var store = openSmall();
    int most = 0;
    boolean recycled = false;
    for (int i = 0; i < 2000; i++) {
      store.commit(put("/k" + i % 10, "value " + i));
      store.step();
      most = Math.max(most, disk.list().size());
      recycled |= disk.list().stream().anyMatch(name -> name.startsWith("spare-"));
    }

    assertThat(most).isLessThan(15);
    assertThat(recycled).isTrue();
    store.close();
    disk.powerLoss();
    assertThat(openSmall().revision()).isEqualTo(2001);
  }

  @Test
  void aSnapshotDoesNotShortenTheHistory() throws Exception {
    var store = openSmall();
    while (disk.list().stream().noneMatch(n -> n.startsWith("snapshot-"))) {
      store.commit(put("/a", "value"));
      store.step();
    }
    long compacted = store.compactedRevision();
    long revision = store.revision();
    store.close();

    try (var reopened = openSmall()) {
      assertThat(reopened.compactedRevision()).isEqualTo(compacted).isLessThan(revision - 5);
      var log = new EventLog();
      reopened.watch(WatchRequest.from("", compacted + 1), log).close();
      assertThat(log.events()).hasSize((int) (revision - compacted));
    }
  }

  @Test
  void theQueueOfTheWriterIsBounded() {
    var limits = new LogLimits(8 * BLOCK, BLOCK, BLOCK, 0, 3, 10_000);
    var queue = new OperationQueue(limits);
    for (int i = 0; i < 3; i++) {
      assertThat(queue.offer(new PendingOperation(new Wish.Commit(put("/a", "x"))))).isTrue();
    }
    assertThat(queue.offer(new PendingOperation(new Wish.Commit(put("/a", "x"))))).isFalse();
    assertThat(queue.poll()).hasSize(3);
    var large = "x".repeat(9000);
    assertThat(queue.offer(new PendingOperation(new Wish.Commit(put("/a", large))))).isTrue();
    assertThat(queue.offer(new PendingOperation(new Wish.Commit(put("/b", large))))).isTrue();
    assertThat(queue.offer(new PendingOperation(new Wish.Commit(put("/c", "x"))))).isFalse();
    assertThat(queue.poll()).as("a batch is bounded in bytes").hasSize(1);
  }

  @Test
  void aFullQueueMakesCallersWaitAndDropsNothing() throws Exception {
    var store = openSmall();
    var pending = new ArrayList<PendingOperation>();
    for (int i = 0; i < 50; i++) {
      pending.add(store.submit(new Wish.Commit(put("/k" + i, "value"))));
    }
    while (store.step()) {}

    assertThat(pending).allMatch(PendingOperation::isDone);
    assertThat(store.revision()).isEqualTo(51);
  }
}
