package io.kubejar.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes that happen all at one revision if all comparisons hold, else not at all.
///
/// A transaction writes each key at most once.
public record Transaction(List<Compare> compares, List<Write> writes) {

  public Transaction {
    compares = List.copyOf(compares);
    writes = List.copyOf(writes);
  }

  public static Transaction of(Write... writes) {
    return new Transaction(List.of(), List.of(writes));
  }

  /// Makes a key that must not exist yet.
  public static Transaction create(String key, Value value) {
    return of(new Write.Put(key, value)).onlyIf(key, 0);
  }

  /// Makes a key that must not exist yet and goes away by itself.
  public static Transaction create(String key, Value value, @Nullable Duration timeToLive) {
    return of(new Write.Put(key, value, timeToLive)).onlyIf(key, 0);
  }

  /// Sets a key that must not have changed since a revision.
  public static Transaction update(String key, long modRevision, Value value) {
    return of(new Write.Put(key, value)).onlyIf(key, modRevision);
  }

  /// Removes a key that must not have changed since a revision.
  public static Transaction delete(String key, long modRevision) {
    return of(new Write.Delete(key)).onlyIf(key, modRevision);
  }

  /// The same writes under one more condition.
  public Transaction onlyIf(String key, long modRevision) {
    var all = new ArrayList<>(compares);
    all.add(new Compare(key, modRevision));
    return new Transaction(all, writes);
  }
}
