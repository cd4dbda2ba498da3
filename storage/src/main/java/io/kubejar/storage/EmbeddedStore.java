package io.kubejar.storage;

import io.kubejar.storage.PendingOperation.Wish;
import io.kubejar.storage.disk.Disk;
import io.kubejar.storage.disk.RealDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store in a directory of this machine. What it acknowledges survives every crash, of the
/// process and of the machine.
///
/// All of it lies in memory too, as an immutable [State] that readers look at without waiting.
/// Writers queue up for the [LogWriter]. The parts are state machines; [#open] puts a thread around
/// each, [#openStepped] leaves all stepping to the caller.
public final class EmbeddedStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);

  /// What the store is built on.
  ///
  /// @param faults hears of disk faults, after which the store refuses everything
  /// @param identity gives a new store its identity
  record Options(
      Disk disk,
      InstantSource clock,
      FaultHandler faults,
      HistoryLimits history,
      LogLimits log,
      LogFormat.Checksum checksum,
      Supplier<UUID> identity) {
    static Options of(
        Disk disk, InstantSource clock, FaultHandler faults, Supplier<UUID> identity) {
      return new Options(
          disk,
          clock,
          faults,
          HistoryLimits.DEFAULT,
          LogLimits.DEFAULT,
          LogFormat.Checksum.CRC,
          identity);
    }

    private LogOptions logOptions() {
      return new LogOptions(disk, log, checksum, identity);
    }
  }

  private final Options options;
  private final Closeable diskLock;
  private final Log log;
  private final OperationQueue queue;
  private final LogWriter writer;
  private final Snapshots snapshots;
  private final Map<WatchCursor, Optional<Shell>> watches = new ConcurrentHashMap<>();
  private final AtomicBoolean closing = new AtomicBoolean();
  private @Nullable Shell writerShell;
  private @Nullable Shell snapshotShell;
  private volatile State state;
  private volatile boolean closed;

  private EmbeddedStore(Options options, Closeable diskLock, Log.Opened opened) {
    this.options = options;
    this.diskLock = diskLock;
    this.log = opened.log();
    this.state = opened.state();
    this.queue = new OperationQueue(options.log());
    this.writer = new LogWriter(opened, queue, options, this::publish);
    this.snapshots =
        new Snapshots(options.logOptions(), log.store(), options.faults(), this::wakeWriter);
  }

  /// Opens the store in a directory, or makes one there. Returns when it has been recovered.
  ///
  /// @throws io.kubejar.storage.disk.DiskLockedException if the directory is in use
  /// @throws CorruptStoreException if the files cannot be what a store has left there
  public static EmbeddedStore open(Path directory, InstantSource clock, FaultHandler faults)
      throws IOException {
    var history = HistoryLimits.forHeap(Runtime.getRuntime().maxMemory());
    return open(directory, clock, faults, history);
  }

  /// Opens a store that keeps as much history as given, all of it in memory.
  public static EmbeddedStore open(
      Path directory, InstantSource clock, FaultHandler faults, HistoryLimits history)
      throws IOException {
    var options =
        new Options(
            RealDisk.open(directory),
            clock,
            faults,
            history,
            LogLimits.DEFAULT,
            LogFormat.Checksum.CRC,
            UUID::randomUUID);
    return openThreaded(options);
  }

  /// Opens a store without threads: a commit does its steps itself, and so does [#step()]. For one
  /// thread only.
  public static EmbeddedStore openStepped(
      Disk disk, InstantSource clock, FaultHandler faults, RandomGenerator random)
      throws IOException {
    return openStepped(
        Options.of(disk, clock, faults, () -> new UUID(random.nextLong(), random.nextLong())));
  }

  static EmbeddedStore openStepped(Options options) throws IOException {
    var lock = options.disk().lock();
    try {
      return new EmbeddedStore(options, lock, Log.open(options.logOptions()));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  static EmbeddedStore openThreaded(Options options) throws IOException {
    var store = openStepped(options);
    var threads = Thread.ofPlatform().daemon();
    // Platform threads: they wait for the disk, which would pin a carrier of virtual threads.
    store.writerShell = Shell.start(threads, "storage-log", store::stepWriter);
    store.snapshotShell = Shell.start(threads, "storage-snapshot", store.snapshots::step);
    return store;
  }

  /// Does the next piece of work, if there is any: a batch of commits, or a part of a snapshot.
  /// Only for stores without threads.
  public boolean step() {
    boolean committed = stepWriter();
    return snapshots.step() || committed;
  }

  private boolean stepWriter() {
    collectSnapshot();
    boolean worked = writer.step();
    if (worked) {
      askForSnapshot();
    }
    return worked;
  }

  private void askForSnapshot() {
    var published = state;
    if (!snapshots.isBusy() && log.needsSnapshot(published.compacted())) {
      snapshots.ask(published.base());
      if (snapshotShell != null) {
        snapshotShell.wake();
      }
    }
  }

  private void collectSnapshot() {
    snapshots.pollTaken().ifPresent(this::forget);
  }

  private void forget(Snapshots.Taken taken) {
    try {
      log.snapshotTaken(taken.revision(), taken.bytes());
    } catch (DiskFaultException e) {
      options.faults().stop("the disk failed", e);
    } catch (IOException e) {
      LOG.warn("old segments stay until the next snapshot reason=\"{}\"", e.getMessage());
    }
  }

  /// Called by the writer once a state is durable.
  private void publish(State next) {
    state = next;
    watches.forEach(
        (cursor, shell) -> shell.ifPresentOrElse(Shell::wake, () -> cursor.advance(next)));
  }

  private void wakeWriter() {
    if (writerShell != null) {
      writerShell.wake();
    }
  }

  @Override
  public ReadResult get(String key) {
    return open().get(key);
  }

  @Override
  public Page range(RangeRequest request) {
    return open().range(request);
  }

  @Override
  public CommitResult commit(Transaction transaction) throws InterruptedException {
    Limits.check(transaction);
    return await(submit(new Wish.Commit(transaction)));
  }

  @Override
  public void compact(long revision) throws InterruptedException {
    await(submit(new Wish.Compact(revision)));
  }

  /// Hands an operation to the writer, and waits only if there is no room for it.
  PendingOperation submit(Wish wish) throws InterruptedException {
    var operation = new PendingOperation(wish);
    while (!queue.offer(operation)) {
      if (writerShell == null) {
        step();
      } else {
        queue.awaitRoom();
      }
    }
    wakeWriter();
    return operation;
  }

  private CommitResult await(PendingOperation operation) throws InterruptedException {
    while (writerShell == null && !operation.isDone()) {
      step();
    }
    return operation.await();
  }

  @Override
  public Watch watch(WatchRequest request, WatchListener listener) {
    var cursor = new WatchCursor(request, listener, open(), this::forget);
    if (writerShell == null) {
      watches.put(cursor, Optional.empty());
      cursor.advance(state);
      return cursor;
    }
    var shell =
        Shell.start(
            Thread.ofVirtual(),
            "storage-watch " + request.prefix(),
            () -> {
              advance(cursor);
              return false;
            });
    watches.put(cursor, Optional.of(shell));
    // What was published before the watch could be found is seen now.
    shell.wake();
    if (cursor.isClosed() || closed) {
      shell.stop();
      watches.remove(cursor);
    }
    return cursor;
  }

  /// Runs on the watch's own thread, so that its listener is never called by two.
  private void advance(WatchCursor cursor) {
    if (closed) {
      cursor.fail(new StoreClosedException("the store was closed"));
    } else {
      cursor.advance(state);
    }
  }

  private void forget(WatchCursor cursor) {
    var shell = watches.remove(cursor);
    if (shell != null) {
      shell.ifPresent(Shell::stop);
    }
  }

  @Override
  public long revision() {
    return open().revision();
  }

  @Override
  public long compactedRevision() {
    return open().compacted();
  }

  @Override
  public Optional<Instant> expireDue() throws InterruptedException {
    // A refused transaction means that somebody wrote the key just now: look again.
    for (var due = open().due(options.clock().instant());
        !due.writes().isEmpty();
        due = open().due(options.clock().instant())) {
      commit(due);
    }
    return open().nextDeadline();
  }

  private State open() {
    if (closed) {
      throw new StoreClosedException("the store is closed");
    }
    return state;
  }

  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    closed = true;
    queue.close(new StoreClosedException("the store is closed"));
    if (writerShell != null) {
      writerShell.close();
    } else {
      while (writer.step()) {}
    }
    if (snapshotShell != null) {
      snapshotShell.close();
    }
    snapshots.abandon();
    watches.forEach((cursor, shell) -> shell.ifPresentOrElse(Shell::stop, () -> advance(cursor)));
    try (diskLock) {
      log.close();
    } catch (IOException e) {
      LOG.warn("the log could not be closed; nothing is lost reason=\"{}\"", e.getMessage());
    }
  }
}
