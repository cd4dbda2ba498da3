package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.kubejar.storage.PendingOperation.Wish;
import io.kubejar.storage.disk.SimulatedCrash;
import io.kubejar.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One life of an embedded store on a bad disk, decided by a seed: commits, compactions, snapshots,
/// crashes of the process and of the machine at any operation of the disk, I/O errors, a full disk.
///
/// It watches over what the store promises:
///
/// - what was acknowledged, or visible to any reader at any moment, is there after every crash;
/// - what is there after a crash is a prefix of what was asked for, in order, whole transactions;
/// - every answer is the one of the [ModelStore];
/// - after a failed sync the store stops, and a full disk loses nothing.
final class DiskHistory {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration A_WHILE = Duration.ofMinutes(1);

  private final Random random;
  private final SimulatedDisk disk;
  private final ModelStore model = new ModelStore();
  private final List<PendingOperation> pending = new ArrayList<>();
  private final LogLimits limits;
  private final HistoryLimits historyLimits;
  private final boolean withErrors;
  private Instant now = START;
  private LogFormat.Checksum checksum = LogFormat.Checksum.CRC;
  private Predicate<String> ignoredSyncs = _ -> false;
  private Predicate<String> ignoredSyncsInRecovery = _ -> false;
  private @Nullable EmbeddedStore store;
  private boolean stopped;
  private boolean crashed;
  private long visibleRevision = 1;
  private long visibleCompacted;
  private int recoveries;
  private int snapshots;

  DiskHistory(long seed) {
    random = new Random(seed);
    disk = new SimulatedDisk(random);
    int segment = 4096 * (4 + random.nextInt(12));
    limits =
        new LogLimits(segment, 4096 << random.nextInt(3), 8192, random.nextInt(3), 20, 1 << 20);
    historyLimits = new HistoryLimits(10 + random.nextInt(60), 1 << 20);
    withErrors = random.nextInt(3) == 0;
  }

  DiskHistory ignoringSyncsOf(Predicate<String> which) {
    ignoredSyncs = which;
    return this;
  }

  DiskHistory ignoringSyncsInRecovery() {
    ignoredSyncsInRecovery = _ -> true;
    return this;
  }

  DiskHistory withoutChecksum() {
    checksum =
        bytes -> {
          bytes.position(bytes.limit());
          return 0;
        };
    return this;
  }

  int recoveries() {
    return recoveries;
  }

  int snapshots() {
    return snapshots;
  }

  void run(int steps) throws IOException, InterruptedException {
    recover();
    for (int i = 0; i < steps; i++) {
      try {
        step();
      } catch (SimulatedCrash e) {
        crash();
      }
      if (stopped) {
        crash();
      }
    }
    crash();
  }

  private EmbeddedStore store() {
    if (store == null) {
      return fail("no store");
    }
    return store;
  }

  private void step() throws InterruptedException {
    switch (random.nextInt(20)) {
      case 0 -> throw new SimulatedCrash();
      case 1 -> disk.crashAfter(random.nextInt(12));
      case 2 -> now = now.plus(A_WHILE);
      case 3 -> submit(new Wish.Compact(1 + random.nextLong(store().revision())));
      case 4 -> restart();
      case 5 -> disk.failWithRate(withErrors ? 0.02 * random.nextInt(3) : 0);
      case 6 -> disk.limitCapacity(withErrors && random.nextBoolean() ? 60_000 : Long.MAX_VALUE);
      case 7, 8, 9, 10, 11, 12 -> {
        for (int i = random.nextInt(6); i >= 0; i--) {
          submit(new Wish.Commit(transaction()));
        }
      }
      default -> {
        store().step();
        settle();
      }
    }
  }

  private void submit(Wish wish) throws InterruptedException {
    if (pending.size() < limits.pendingOperations()) {
      pending.add(store().submit(wish));
    }
  }

  private Transaction transaction() {
    var writes = new ArrayList<Write>();
    var compares = new ArrayList<Compare>();
    int first = random.nextInt(8);
    for (int i = 0; i <= random.nextInt(3); i++) {
      var key = "/k/" + (first + i);
      var bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 9000 : 600)];
      random.nextBytes(bytes);
      switch (random.nextInt(4)) {
        case 0 -> writes.add(new Write.Delete(key));
        case 1 -> writes.add(new Write.Put(key, Value.wrap(bytes), A_WHILE));
        default -> writes.add(new Write.Put(key, Value.wrap(bytes)));
      }
      if (random.nextBoolean()) {
        var entry = model.get(key);
        compares.add(new Compare(key, entry == null ? 0 : entry.modRevision()));
      }
    }
    return new Transaction(compares, writes);
  }

  /// Compares the answers that have come with what the model answers to the same questions.
  private void settle() throws InterruptedException {
    while (!pending.isEmpty() && pending.getFirst().isDone()) {
      var operation = pending.removeFirst();
      CommitResult result;
      try {
        result = operation.await();
      } catch (UnavailableException e) {
        assertThat(withErrors).as("a store on a sound disk is available").isTrue();
        continue; // Certainly not written.
      } catch (UnknownOutcomeException e) {
        assertThat(stopped || crashed).as("only a fault leaves an outcome open").isTrue();
        pending.addFirst(operation); // As if no answer had come.
        return;
      } catch (FutureRevisionException e) {
        continue; // The revision was there when it was asked for, but a crash took it.
      }
      if (operation.wish() instanceof Wish.Commit(var transaction)) {
        assertThat(result).isEqualTo(model.commit(transaction));
      }
    }
    observe();
  }

  /// A reader looks, and so do those who have an answer. What they see must never be lost.
  private void observe() {
    if (store != null && !stopped) {
      visibleRevision = Math.max(visibleRevision, store.revision());
      visibleCompacted = Math.max(visibleCompacted, store.compactedRevision());
    }
    for (var operation : pending) {
      if (operation.isDone()) {
        visibleRevision = Math.max(visibleRevision, revisionToldBy(operation));
      }
    }
  }

  private static long revisionToldBy(PendingOperation operation) {
    try {
      return operation.await().revision();
    } catch (StoreException e) {
      return 0; // Tells of no revision.
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a simulation", e);
    }
  }

  private void restart() throws InterruptedException {
    disk.onOperation(() -> {});
    var closing = store();
    store = null;
    closing.close();
    settle();
    disk.processCrash();
    reopen();
  }

  private void crash() throws InterruptedException {
    crashed = true;
    settle(); // Answers that were given before the end.
    crashed = false;
    observe();
    snapshots += (int) disk.list().stream().filter(n -> n.startsWith("snapshot")).count();
    if (random.nextBoolean()) {
      disk.processCrash();
    } else {
      disk.powerLoss();
    }
    reopen();
  }

  private void reopen() throws InterruptedException {
    try {
      recover();
    } catch (IOException e) {
      fail("a store must open after a crash", e);
    }
  }

  private void recover() throws IOException, InterruptedException {
    disk.failWithRate(0);
    disk.limitCapacity(Long.MAX_VALUE);
    disk.ignoreSyncsOf(ignoredSyncsInRecovery.or(ignoredSyncs));
    stopped = false;
    store = null;
    if (random.nextInt(4) == 0) {
      disk.crashAfter(random.nextInt(12));
    }
    disk.failWithRate(withErrors && random.nextInt(4) == 0 ? 0.1 : 0);
    try {
      store = open();
    } catch (SimulatedCrash e) {
      crash();
      return;
    } catch (IOException e) {
      assertThat(withErrors).as("a sound disk can be opened: " + e).isTrue();
      crash();
      return;
    }
    disk.failWithRate(0);
    disk.crashAfter(Long.MAX_VALUE);
    disk.ignoreSyncsOf(ignoredSyncs);
    disk.onOperation(this::observe);
    recoveries++;
    compareWithModel();
  }

  private EmbeddedStore open() throws IOException {
    InstantSource clock = () -> now;
    FaultHandler faults =
        (_, cause) -> {
          if (!(cause instanceof SimulatedCrash)) {
            assertThat(withErrors).as("no fault on a sound disk: " + cause).isTrue();
            stopped = true;
          }
        };
    return EmbeddedStore.openStepped(
        new EmbeddedStore.Options(
            disk, clock, faults, historyLimits, limits, checksum, () -> new UUID(1, 1)));
  }

  /// The store holds what the model held at some moment from the last visible one on.
  private void compareWithModel() {
    long recovered = store().revision();
    for (var operation : pending) {
      if (operation.wish() instanceof Wish.Commit(var transaction)) {
        model.commit(transaction);
      }
    }
    pending.clear();
    assertThat(recovered).as("acknowledged revisions").isGreaterThanOrEqualTo(visibleRevision);
    assertThat(recovered).as("revisions asked for").isLessThanOrEqualTo(model.revision());
    model.goBackTo(recovered);
    long compacted = store().compactedRevision();
    assertThat(compacted).as("compacted").isGreaterThanOrEqualTo(visibleCompacted);
    for (long revision = Math.max(1, compacted); revision <= recovered; revision++) {
      var request = RangeRequest.prefix("").withAtRevision(revision);
      assertThat(store().range(request)).isEqualTo(model.range(request));
    }
    var events = new EventLog();
    store().watch(new WatchRequest("", compacted + 1, true), events).close();
    assertThat(events.events()).isEqualTo(model.eventsFrom(compacted + 1, ""));
  }
}
