package io.kubejar.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything a store holds, at one revision, with its history. Never changes; every operation
/// gives a new state.
///
/// @param revision the newest revision
/// @param compacted the revision up to which changes are forgotten
/// @param items what is there now
/// @param history the changes by revision. Its first one is the compacted revision, kept for its
///   items only; before the first compaction that is revision 1, which changed nothing
/// @param deadlines the keys that go away by themselves
/// @param historyBytes roughly what the history costs
record State(
    long revision,
    long compacted,
    SortedTree<String, Item> items,
    SortedTree<Long, Change> history,
    SortedTree<Deadline, Deadline> deadlines,
    long historyBytes) {
  private static final long FIRST_REVISION = 1;

  /// What a change costs beyond its keys and values: its nodes in two trees.
  private static final int CHANGE_OVERHEAD_BYTES = 1024;

  /// How many keys one call of [#due(Instant)] names at most.
  private static final int DUE_AT_ONCE = Limits.TRANSACTION_OPERATIONS;

  static final State EMPTY = of(FIRST_REVISION, 0, SortedTree.empty(), SortedTree.empty());

  /// A state without changes to watch: the start of a history.
  static State of(
      long revision,
      long compacted,
      SortedTree<String, Item> items,
      SortedTree<Deadline, Deadline> deadlines) {
    var base = new Change(revision, List.of(), items, 0);
    var history = SortedTree.<Long, Change>empty().put(revision, base);
    return new State(revision, compacted, items, history, deadlines, 0);
  }

  Optional<Entry> find(String key) {
    return Optional.ofNullable(items.get(key)).map(Item::entry);
  }

  /// What a transaction comes to at this moment.
  Decision decide(Transaction transaction, Instant now) {
    if (!transaction.compares().stream().allMatch(this::holds)) {
      var current = transaction.compares().stream().map(c -> find(c.key())).toList();
      return new Decision.Answer(new CommitResult.Refused(current, revision));
    }
    var effects = new ArrayList<Effect>();
    for (var write : transaction.writes()) {
      switch (write) {
        case Write.Put(var key, var value, var timeToLive) ->
            effects.add(
                new Effect.Keep(key, value, timeToLive == null ? null : now.plus(timeToLive)));
        case Write.Delete(var key) -> {
          if (items.get(key) != null) {
            effects.add(new Effect.Drop(key));
          }
        }
      }
    }
    return effects.isEmpty()
        ? new Decision.Answer(new CommitResult.Committed(revision))
        : new Decision.Apply(effects);
  }

  private boolean holds(Compare compare) {
    var item = items.get(compare.key());
    return compare.modRevision() == (item == null ? 0 : item.entry().modRevision());
  }

  /// The state after the next revision.
  State apply(List<Effect> effects) {
    long next = revision + 1;
    var newItems = items;
    var newDeadlines = deadlines;
    var events = new ArrayList<Event>(effects.size());
    int bytes = CHANGE_OVERHEAD_BYTES;
    for (var effect : effects) {
      var old = newItems.get(effect.key());
      newDeadlines = withoutDeadline(newDeadlines, old);
      switch (effect) {
        case Effect.Keep(var key, var value, var expiresAt) -> {
          var item = new Item(entryAfter(old, key, value, next), expiresAt);
          newItems = newItems.put(key, item);
          if (expiresAt != null) {
            var deadline = new Deadline(expiresAt, key);
            newDeadlines = newDeadlines.put(deadline, deadline);
          }
          events.add(new Event.Put(item.entry(), entryOf(old)));
          bytes += key.length() + value.size();
        }
        case Effect.Drop(var key) -> {
          newItems = newItems.remove(key);
          events.add(new Event.Deleted(key, next, entryOf(old)));
          bytes += key.length();
        }
      }
    }
    var change = new Change(next, List.copyOf(events), newItems, bytes);
    return new State(
        next, compacted, newItems, history.put(next, change), newDeadlines, historyBytes + bytes);
  }

  private static Entry entryAfter(@Nullable Item old, String key, Value value, long revision) {
    return old == null
        ? new Entry(key, value, revision, revision, 1)
        : new Entry(key, value, old.entry().createRevision(), revision, old.entry().version() + 1);
  }

  private static Optional<Entry> entryOf(@Nullable Item item) {
    return Optional.ofNullable(item).map(Item::entry);
  }

  private static SortedTree<Deadline, Deadline> withoutDeadline(
      SortedTree<Deadline, Deadline> deadlines, @Nullable Item item) {
    if (item == null || item.expiresAt() == null) {
      return deadlines;
    }
    return deadlines.remove(new Deadline(item.expiresAt(), item.key()));
  }

  /// Forgets the changes up to a revision.
  State compact(long upTo) {
    if (upTo > revision) {
      throw new FutureRevisionException(upTo, revision);
    }
    if (upTo <= compacted) {
      return this;
    }
    long forgotten = 0;
    for (var changes = history.iterator(); changes.hasNext(); ) {
      var change = changes.next();
      if (change.revision() > upTo) {
        break;
      }
      forgotten += change.bytes();
    }
    var base = new Change(upTo, List.of(), itemsAt(upTo), 0);
    var kept = history.tail(upTo + 1).put(upTo, base);
    return new State(revision, upTo, items, kept, deadlines, historyBytes - forgotten);
  }

  /// The revision to compact to so that the history keeps its bounds; 0 if it does.
  long overflow(HistoryLimits limits) {
    if (history.size() <= limits.revisions() && historyBytes <= limits.bytes()) {
      return 0;
    }
    // A quarter at once, so that compacting stays rare.
    long revisions = limits.revisions() * 3L / 4;
    long bytes = limits.bytes() * 3 / 4;
    long keptRevisions = history.size();
    long keptBytes = historyBytes;
    for (var changes = history.iterator(); changes.hasNext(); ) {
      var change = changes.next();
      keptRevisions--;
      keptBytes -= change.bytes();
      if (keptRevisions <= revisions && keptBytes <= bytes) {
        return change.revision();
      }
    }
    return revision;
  }

  /// The oldest moment that can be read.
  Change base() {
    return Objects.requireNonNull(history.first(), "a history has a base");
  }

  ReadResult get(String key) {
    return new ReadResult(find(key), revision);
  }

  Page range(RangeRequest request) {
    var at = request.atRevision() == 0 ? items : itemsAt(request.atRevision());
    var start = request.start();
    var entries = new ArrayList<Entry>();
    boolean more = false;
    for (var found = at.from(start); found.hasNext(); ) {
      var entry = found.next().entry();
      if (!entry.key().startsWith(request.prefix())) {
        break;
      }
      if (request.limit() > 0 && entries.size() == request.limit()) {
        more = true;
        break;
      }
      entries.add(request.keysOnly() ? entry.withoutValue() : entry);
    }
    long count = more ? count(at, start, request.prefix()) : entries.size();
    return new Page(entries, more, count, revision);
  }

  private static long count(SortedTree<String, Item> items, String start, String prefix) {
    var end = Keys.endOf(prefix);
    long before = items.rank(start);
    return (end == null ? items.size() : items.rank(end)) - before;
  }

  private SortedTree<String, Item> itemsAt(long at) {
    if (at > revision) {
      throw new FutureRevisionException(at, revision);
    }
    var change = at < compacted ? null : history.get(at);
    if (change == null) {
      throw new CompactedException(at, compacted);
    }
    return change.items();
  }

  /// The changes from a revision on, oldest first. The revision must not be compacted.
  Iterator<Change> changesFrom(long from) {
    return history.from(from);
  }

  /// A transaction that removes keys whose time has passed; without writes if there are none.
  Transaction due(Instant now) {
    var transaction = Transaction.of();
    var writes = new ArrayList<Write>();
    var compares = new ArrayList<Compare>();
    for (var all = deadlines.iterator(); all.hasNext() && writes.size() < DUE_AT_ONCE; ) {
      var deadline = all.next();
      if (deadline.at().isAfter(now)) {
        break;
      }
      writes.add(new Write.Delete(deadline.key()));
      find(deadline.key()).ifPresent(e -> compares.add(new Compare(e.key(), e.modRevision())));
    }
    return writes.isEmpty() ? transaction : new Transaction(compares, writes);
  }

  Optional<Instant> nextDeadline() {
    return Optional.ofNullable(deadlines.first()).map(Deadline::at);
  }
}
