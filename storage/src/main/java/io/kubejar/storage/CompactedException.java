package io.kubejar.storage;

/// The history asked for is forgotten.
public final class CompactedException extends StoreException {
  private static final long serialVersionUID = 1L;

  private final long requested;
  private final long compacted;

  public CompactedException(long requested, long compacted) {
    super("revision " + requested + " is compacted; the oldest is " + compacted, null);
    this.requested = requested;
    this.compacted = compacted;
  }

  public long requested() {
    return requested;
  }

  /// The compacted revision, or 0 where the store did not tell it.
  public long compacted() {
    return compacted;
  }
}
