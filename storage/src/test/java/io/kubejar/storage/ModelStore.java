package io.kubejar.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a store should do, in the plainest possible way: a copy of everything for every revision.
/// Written apart from the stores, to compare them with.
final class ModelStore {
  /// Everything after a revision, and what that revision changed.
  record Moment(TreeMap<String, Entry> entries, List<Event> events) {}

  private final List<Moment> moments = new ArrayList<>();

  ModelStore() {
    moments.add(new Moment(new TreeMap<>(), List.of()));
  }

  long revision() {
    return moments.size();
  }

  Moment at(long revision) {
    return moments.get((int) revision - 1);
  }

  private Moment now() {
    return moments.getLast();
  }

  @Nullable Entry get(String key) {
    return now().entries().get(key);
  }

  /// Forgets everything after a revision, as a crash does.
  void goBackTo(long revision) {
    while (revision() > revision) {
      moments.removeLast();
    }
  }

  CommitResult commit(Transaction transaction) {
    var current = new ArrayList<Optional<Entry>>();
    boolean holds = true;
    for (var compare : transaction.compares()) {
      var entry = get(compare.key());
      current.add(Optional.ofNullable(entry));
      holds &= compare.modRevision() == (entry == null ? 0 : entry.modRevision());
    }
    if (!holds) {
      return new CommitResult.Refused(current, revision());
    }
    long next = revision() + 1;
    var entries = new TreeMap<>(now().entries());
    var events = new ArrayList<Event>();
    for (var write : transaction.writes()) {
      var old = entries.get(write.key());
      if (write instanceof Write.Put put) {
        long created = old == null ? next : old.createRevision();
        long version = old == null ? 1 : old.version() + 1;
        var entry = new Entry(put.key(), put.value(), created, next, version);
        entries.put(put.key(), entry);
        events.add(new Event.Put(entry, Optional.ofNullable(old)));
      } else if (old != null) {
        entries.remove(write.key());
        events.add(new Event.Deleted(write.key(), next, Optional.of(old)));
      }
    }
    if (events.isEmpty()) {
      return new CommitResult.Committed(revision());
    }
    moments.add(new Moment(entries, events));
    return new CommitResult.Committed(next);
  }

  List<Event> eventsFrom(long revision, String prefix) {
    var events = new ArrayList<Event>();
    for (long r = Math.max(1, revision); r <= revision(); r++) {
      at(r).events().stream().filter(e -> e.key().startsWith(prefix)).forEach(events::add);
    }
    return events;
  }

  /// A page of a range, read the slow way.
  Page range(RangeRequest request) {
    long at = request.atRevision() == 0 ? revision() : request.atRevision();
    var found =
        at(at).entries().values().stream()
            .filter(e -> e.key().startsWith(request.prefix()))
            .filter(e -> e.key().compareTo(request.fromKey()) >= 0)
            .sorted(Comparator.comparing(Entry::key))
            .map(e -> request.keysOnly() ? e.withoutValue() : e)
            .toList();
    int end = request.limit() == 0 ? found.size() : Math.min(request.limit(), found.size());
    return new Page(found.subList(0, end), end < found.size(), found.size(), revision());
  }
}
