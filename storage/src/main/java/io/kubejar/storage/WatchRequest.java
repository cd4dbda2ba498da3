package io.kubejar.storage;

/// What to follow.
///
/// @param prefix how all keys begin; may be empty
/// @param fromRevision the first revision of interest, which must be newer than the compacted one;
///   0 means whatever comes after now; one that lies in the future is waited for
/// @param previousValues whether events shall tell what the key held before
public record WatchRequest(String prefix, long fromRevision, boolean previousValues) {

  public WatchRequest {
    if (fromRevision < 0) {
      throw new IllegalArgumentException("revision must not be negative");
    }
  }

  /// Everything below a prefix, with previous values.
  public static WatchRequest from(String prefix, long fromRevision) {
    return new WatchRequest(prefix, fromRevision, true);
  }
}
