package io.kubejar.storage;

/// Which entries to read.
///
/// @param prefix how all keys begin; may be empty
/// @param fromKey the first key of the page, inclusive; empty means the first one of the prefix
/// @param limit how many entries at most; 0 means all
/// @param atRevision the revision to read at; 0 means the newest
/// @param keysOnly whether to leave the values out
public record RangeRequest(
    String prefix, String fromKey, int limit, long atRevision, boolean keysOnly) {

  public RangeRequest {
    if (limit < 0 || atRevision < 0) {
      throw new IllegalArgumentException("limit and revision must not be negative");
    }
  }

  /// Everything below a prefix, now.
  public static RangeRequest prefix(String prefix) {
    return new RangeRequest(prefix, "", 0, 0, false);
  }

  public RangeRequest withFromKey(String key) {
    return new RangeRequest(prefix, key, limit, atRevision, keysOnly);
  }

  /// Begins right behind a key, which itself is left out.
  public RangeRequest withStartAfter(String key) {
    return withFromKey(key + '\0');
  }

  public RangeRequest withLimit(int newLimit) {
    return new RangeRequest(prefix, fromKey, newLimit, atRevision, keysOnly);
  }

  public RangeRequest withAtRevision(long revision) {
    return new RangeRequest(prefix, fromKey, limit, revision, keysOnly);
  }

  public RangeRequest withKeysOnly() {
    return new RangeRequest(prefix, fromKey, limit, atRevision, true);
  }

  /// Where the page begins: the later one of prefix and first key.
  public String start() {
    return fromKey.compareTo(prefix) > 0 ? fromKey : prefix;
  }
}
