package io.kubejar.storage;

/// The revision asked for does not exist yet.
public final class FutureRevisionException extends StoreException {
  private static final long serialVersionUID = 1L;

  private final long requested;
  private final long current;

  public FutureRevisionException(long requested, long current) {
    super("revision " + requested + " is in the future; the newest is " + current, null);
    this.requested = requested;
    this.current = current;
  }

  public long requested() {
    return requested;
  }

  /// The newest revision, or 0 where the store did not tell it.
  public long current() {
    return current;
  }
}
