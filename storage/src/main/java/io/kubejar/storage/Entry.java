package io.kubejar.storage;

/// A key with its value and its place in history.
///
/// @param createRevision the revision that made the key
/// @param modRevision the revision of the last write
/// @param version the number of writes since the key was made, from 1
public record Entry(String key, Value value, long createRevision, long modRevision, long version) {

  /// The same entry without its bytes, as reads of keys only give it.
  public Entry withoutValue() {
    return new Entry(key, Value.EMPTY, createRevision, modRevision, version);
  }
}
