package io.kubejar.storage;

import java.time.Instant;
import java.util.Optional;

/// An ordered map from keys to bytes with revisions, transactions and watches.
///
/// Every answer is linearizable: it reflects all transactions that were acknowledged before the
/// question was asked, and none that could still be lost. Keys are ordered by their characters,
/// which is the order of their UTF-8 bytes, because keys hold no surrogates.
///
/// An empty store is at revision 1. All methods may be called from any thread.
public interface Store extends AutoCloseable {

  /// The newest entry of a key, and the revision at which it was read.
  ReadResult get(String key) throws InterruptedException;

  /// The entries of a range, at the newest or at an older revision.
  ///
  /// @throws CompactedException if the revision asked for is older than the compacted one
  /// @throws FutureRevisionException if the revision asked for does not exist yet
  Page range(RangeRequest request) throws InterruptedException;

  /// Writes everything or nothing. Returns after the outcome is as durable as this store makes it.
  ///
  /// An interrupt, or an [UnknownOutcomeException], leaves open whether the transaction happened.
  CommitResult commit(Transaction transaction) throws InterruptedException;

  /// Follows the changes of a range. Does not wait; all problems go to the listener.
  Watch watch(WatchRequest request, WatchListener listener);

  /// The newest revision.
  long revision() throws InterruptedException;

  /// The revision up to which history is forgotten; 0 if all of it is there. The state *at* this
  /// revision can still be read, the changes up to it cannot be watched any more.
  long compactedRevision() throws InterruptedException;

  /// Forgets the history before a revision; the state at that revision stays readable. Compacting
  /// what is compacted already does nothing.
  ///
  /// @throws FutureRevisionException if the revision does not exist yet
  void compact(long revision) throws InterruptedException;

  /// Removes the keys whose time to live has passed and tells when the next one is due. A store
  /// that does this by itself answers with empty.
  Optional<Instant> expireDue() throws InterruptedException;

  /// Ends all watches and releases everything. What was acknowledged stays.
  @Override
  void close();
}
