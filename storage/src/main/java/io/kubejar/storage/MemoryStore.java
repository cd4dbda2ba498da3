package io.kubejar.storage;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A store that remembers nothing after the process ends, and needs no thread of its own.
///
/// A commit takes effect, and its watchers are called, on the calling thread before the call
/// returns; only if another thread is calling watchers at that moment does it leave them to that
/// one. So with one thread everything happens in a fixed order, as simulation needs it.
public final class MemoryStore implements Store {

  /// A moment of a store, from which other stores can start. Costs nothing to take or to keep.
  public static final class Snapshot {
    private final State state;

    private Snapshot(State state) {
      this.state = state;
    }

    public long revision() {
      return state.revision();
    }

    /// What the store holds at this moment, without the history before it, in the form that
    /// snapshots have on disks: with a version, and checksums of everything.
    public byte[] toBytes() {
      return SnapshotBytes.write(state);
    }

    /// @throws CorruptStoreException if these are not the bytes of a snapshot
    public static Snapshot of(byte[] bytes) {
      return new Snapshot(SnapshotBytes.read(bytes));
    }

    /// The same content at a later revision, with no history before it: who watched another course
    /// of events from here is told to read again.
    ///
    /// @throws IllegalArgumentException if the revision is not later
    public Snapshot movedTo(long revision) {
      if (revision <= state.revision()) {
        throw new IllegalArgumentException(revision + " is not after " + state.revision());
      }
      return new Snapshot(State.of(revision, revision, state.items(), state.deadlines()));
    }
  }

  private final InstantSource clock;
  private final HistoryLimits limits;
  private final ReentrantLock writing = new ReentrantLock();
  private final List<WatchCursor> watches = new CopyOnWriteArrayList<>();
  private final AtomicInteger deliveries = new AtomicInteger();
  private volatile State state;
  private volatile boolean closed;

  public MemoryStore(InstantSource clock) {
    this(clock, HistoryLimits.DEFAULT);
  }

  public MemoryStore(InstantSource clock, HistoryLimits limits) {
    this(clock, limits, State.EMPTY);
  }

  private MemoryStore(InstantSource clock, HistoryLimits limits, State state) {
    this.clock = clock;
    this.limits = limits;
    this.state = state;
  }

  /// A new store that goes on from a snapshot.
  public static MemoryStore from(Snapshot snapshot, InstantSource clock) {
    return new MemoryStore(clock, HistoryLimits.DEFAULT, snapshot.state);
  }

  /// The changes behind a revision, oldest first.
  ///
  /// @throws CompactedException if some of them are forgotten
  public List<Event> changesAfter(long revision) {
    var now = open();
    if (revision < now.compacted()) {
      throw new CompactedException(revision, now.compacted());
    }
    var events = new ArrayList<Event>();
    now.changesFrom(revision + 1).forEachRemaining(change -> events.addAll(change.events()));
    return events;
  }

  public Snapshot snapshot() {
    return new Snapshot(state);
  }

  /// A second store with the same content and history, which goes its own way from here on. Watches
  /// stay with this one.
  public MemoryStore fork() {
    return new MemoryStore(clock, limits, state);
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
  public CommitResult commit(Transaction transaction) {
    Limits.check(transaction);
    CommitResult result;
    writing.lock();
    try {
      result =
          switch (open().decide(transaction, clock.instant())) {
            case Decision.Answer(var answer) -> answer;
            case Decision.Apply(var effects) -> {
              var next = state.apply(effects);
              state = next.compact(next.overflow(limits));
              yield new CommitResult.Committed(next.revision());
            }
          };
    } finally {
      writing.unlock();
    }
    deliver(null);
    return result;
  }

  @Override
  public Watch watch(WatchRequest request, WatchListener listener) {
    var cursor = new WatchCursor(request, listener, open(), watches::remove);
    deliver(cursor);
    return cursor;
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
  public void compact(long revision) {
    writing.lock();
    try {
      state = open().compact(revision);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public Optional<Instant> expireDue() {
    // A refused transaction means that somebody wrote the key just now: look again.
    for (var due = open().due(clock.instant());
        !due.writes().isEmpty();
        due = open().due(clock.instant())) {
      commit(due);
    }
    return open().nextDeadline();
  }

  @Override
  public void close() {
    closed = true;
    for (var watch : watches) {
      watch.fail(new StoreClosedException("the store was closed"));
    }
  }

  private State open() {
    if (closed) {
      throw new StoreClosedException("the store is closed");
    }
    return state;
  }

  /// Brings all watches up to date. A call from within a listener, or while another thread is at
  /// it, only makes sure that the other one looks once more.
  private void deliver(@Nullable WatchCursor added) {
    if (added != null) {
      watches.add(added);
      if (closed) {
        added.fail(new StoreClosedException("the store was closed"));
      }
    }
    if (deliveries.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    boolean done = false;
    try {
      do {
        var current = state;
        for (var watch : watches) {
          watch.advance(current);
        }
        missed = deliveries.addAndGet(-missed);
      } while (missed != 0);
      done = true;
    } finally {
      if (!done) {
        deliveries.set(0); // An error got through: the next commit must find the way free.
      }
    }
  }
}
