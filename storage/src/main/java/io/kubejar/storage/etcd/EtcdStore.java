package io.kubejar.storage.etcd;

import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.kubejar.storage.CommitResult;
import io.kubejar.storage.CompactedException;
import io.kubejar.storage.Entry;
import io.kubejar.storage.FutureRevisionException;
import io.kubejar.storage.Limits;
import io.kubejar.storage.Page;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.ReadResult;
import io.kubejar.storage.Store;
import io.kubejar.storage.StoreClosedException;
import io.kubejar.storage.TooLargeException;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.UnavailableException;
import io.kubejar.storage.Value;
import io.kubejar.storage.Watch;
import io.kubejar.storage.WatchListener;
import io.kubejar.storage.WatchRequest;
import io.kubejar.storage.Write;
import io.kubejar.storage.etcd.EtcdMembers.Repeatable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A store on an etcd cluster.
///
/// Reads ask for etcd's linearizable answer. A write that was handed to a member which then failed
/// is never repeated: it ends with [io.kubejar.storage.UnknownOutcomeException]. Times to live are
/// kept by etcd, so [#expireDue()] has nothing to do.
public final class EtcdStore implements Store {
  private static final int TIMEOUT_SECONDS = 5;

  /// A write may wait for the election of a leader.
  private static final int WRITE_TIMEOUT_SECONDS = 10;

  /// How many entries are asked for at once, whatever the caller's limit is.
  private static final int PAGE_ENTRIES = 2000;

  /// With the pauses between them about ten seconds: enough for the members to elect a new leader.
  private static final int ATTEMPTS = 24;

  private static final int RESTARTS_OF_A_LONG_READ = 3;

  private final EtcdMembers members;
  private final EtcdLeases leases;
  private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private EtcdStore(EtcdMembers members, InstantSource clock) {
    this.members = members;
    this.leases = new EtcdLeases(members, clock);
  }

  /// Prepares the connections. The members need not be there yet.
  ///
  /// @throws IOException if the files of keys and certificates cannot be read
  public static EtcdStore connect(EtcdOptions options, InstantSource clock) throws IOException {
    return connect(options, clock, ATTEMPTS);
  }

  static EtcdStore connect(EtcdOptions options, InstantSource clock, int attempts)
      throws IOException {
    return new EtcdStore(new EtcdMembers(options, attempts), clock);
  }

  @Override
  public ReadResult get(String key) throws InterruptedException {
    var request =
        io.etcd.jetcd.api.RangeRequest.newBuilder().setKey(EtcdMessages.bytes(key)).build();
    var response = range(request, 0);
    return new ReadResult(
        EtcdMessages.firstOf(response.getKvsList()), response.getHeader().getRevision());
  }

  @Override
  public Page range(RangeRequest request) throws InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        return longRange(request);
      } catch (CompactedException e) {
        // A long read of the newest state was overtaken by a compaction.
        if (request.atRevision() != 0 || attempt == RESTARTS_OF_A_LONG_READ) {
          throw e;
        }
      }
    }
  }

  /// Reads in pieces of bounded size, all at one revision.
  private Page longRange(RangeRequest request) throws InterruptedException {
    var entries = new ArrayList<Entry>();
    long limit = request.limit() == 0 ? Long.MAX_VALUE : request.limit();
    long revision = request.atRevision();
    var start = EtcdMessages.start(request.start());
    long count = -1;
    long newest = 0;
    while (true) {
      var piece =
          io.etcd.jetcd.api.RangeRequest.newBuilder()
              .setKey(start)
              .setRangeEnd(EtcdMessages.endOf(request.prefix()))
              .setLimit(Math.min(PAGE_ENTRIES, limit - entries.size()))
              .setRevision(revision)
              .setKeysOnly(request.keysOnly())
              .build();
      var response = range(piece, revision);
      response.getKvsList().forEach(kv -> entries.add(EtcdMessages.entry(kv)));
      if (count < 0) {
        count = response.getCount();
        newest = response.getHeader().getRevision();
        revision = revision == 0 ? newest : revision;
      }
      if (!response.getMore() || entries.size() >= limit) {
        return new Page(entries, response.getMore(), count, newest);
      }
      start = EtcdMessages.bytes(entries.getLast().key() + '\0');
    }
  }

  RangeResponse range(io.etcd.jetcd.api.RangeRequest request, long revision)
      throws InterruptedException {
    try {
      return call(
          Repeatable.YES,
          channel ->
              KVGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                  .range(request));
    } catch (StatusRuntimeException e) {
      throw translated(e, revision);
    }
  }

  @Override
  public CommitResult commit(Transaction transaction) throws InterruptedException {
    Limits.check(transaction);
    try {
      return commitOnce(transaction);
    } catch (StatusRuntimeException e) {
      if (EtcdErrors.kindOf(e) != EtcdErrors.Kind.LEASE_GONE) {
        throw translated(e, 0);
      }
    }
    leases.forget();
    try {
      return commitOnce(transaction);
    } catch (StatusRuntimeException e) {
      throw translated(e, 0);
    }
  }

  private CommitResult commitOnce(Transaction transaction) throws InterruptedException {
    var request = TxnRequest.newBuilder();
    for (var compare : transaction.compares()) {
      request.addCompare(EtcdMessages.compare(compare));
      request.addFailure(EtcdMessages.read(compare));
    }
    for (var write : transaction.writes()) {
      boolean leased = write instanceof Write.Put put && put.timeToLive() != null;
      request.addSuccess(EtcdMessages.write(write, leased ? leaseFor((Write.Put) write) : 0));
    }
    var built = request.build();
    TxnResponse response =
        call(
            transaction.writes().isEmpty() ? Repeatable.YES : Repeatable.NO,
            channel ->
                KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(WRITE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .txn(built));
    long revision = response.getHeader().getRevision();
    if (response.getSucceeded()) {
      return new CommitResult.Committed(revision);
    }
    var current =
        response.getResponsesList().stream()
            .map(found -> EtcdMessages.firstOf(found.getResponseRange().getKvsList()))
            .toList();
    return new CommitResult.Refused(current, revision);
  }

  private long leaseFor(Write.Put put) throws InterruptedException {
    var timeToLive = put.timeToLive();
    return timeToLive == null ? 0 : leases.leaseFor(timeToLive);
  }

  @Override
  public Watch watch(WatchRequest request, WatchListener listener) {
    if (closed) {
      throw new StoreClosedException("the store is closed");
    }
    var watch = new EtcdWatch(this, members, request, listener);
    watches.add(watch);
    watch.start(() -> watches.remove(watch));
    if (closed) {
      watch.storeClosed();
    }
    return watch;
  }

  @Override
  public long revision() throws InterruptedException {
    var nothing =
        io.etcd.jetcd.api.RangeRequest.newBuilder()
            .setKey(EtcdMessages.start(""))
            .setCountOnly(true)
            .build();
    return range(nothing, 0).getHeader().getRevision();
  }

  /// etcd has no question for this, but tells whether a revision is compacted: a search finds the
  /// first one that is not.
  @Override
  public long compactedRevision() throws InterruptedException {
    if (!isCompacted(1)) {
      return 0;
    }
    long compacted = 1;
    long readable = revision();
    while (compacted + 1 < readable) {
      long middle = (compacted + readable) >>> 1;
      if (isCompacted(middle)) {
        compacted = middle;
      } else {
        readable = middle;
      }
    }
    return readable;
  }

  /// Whether the state at a revision cannot be read any more.
  boolean isCompacted(long revision) throws InterruptedException {
    var nothing =
        io.etcd.jetcd.api.RangeRequest.newBuilder()
            .setKey(EtcdMessages.start(""))
            .setCountOnly(true)
            .setRevision(revision)
            .build();
    try {
      range(nothing, revision);
      return false;
    } catch (CompactedException e) {
      return true;
    } catch (FutureRevisionException e) {
      return false;
    }
  }

  @Override
  public void compact(long revision) throws InterruptedException {
    var request = CompactionRequest.newBuilder().setRevision(revision).build();
    try {
      call(
          Repeatable.YES,
          channel ->
              KVGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(WRITE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                  .compact(request));
    } catch (StatusRuntimeException e) {
      if (EtcdErrors.kindOf(e) != EtcdErrors.Kind.COMPACTED) {
        throw translated(e, revision);
      }
    }
  }

  @Override
  public Optional<Instant> expireDue() {
    return Optional.empty();
  }

  /// Writes a key that stays as long as the answer is open and this process lives, and goes away by
  /// itself soon after.
  public EtcdPresence keep(String key, Value value, Duration timeToLive)
      throws InterruptedException {
    Limits.check(Transaction.create(key, value, timeToLive));
    if (closed) {
      throw new StoreClosedException("the store is closed");
    }
    var presence = new EtcdPresence(members, key, value, timeToLive);
    try {
      presence.start();
    } catch (StatusRuntimeException e) {
      throw translated(e, 0);
    }
    return presence;
  }

  private <T> T call(Repeatable repeatable, Function<Channel, T> request)
      throws InterruptedException {
    if (closed) {
      throw new StoreClosedException("the store is closed");
    }
    return members.call(repeatable, request);
  }

  private static RuntimeException translated(StatusRuntimeException e, long revision) {
    return switch (EtcdErrors.kindOf(e)) {
      case COMPACTED -> new CompactedException(revision, 0);
      case FUTURE -> new FutureRevisionException(revision, 0);
      case TOO_LARGE -> new TooLargeException(EtcdErrors.describe(e));
      default -> new UnavailableException("etcd refused: " + EtcdErrors.describe(e), e);
    };
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(EtcdWatch::storeClosed);
    members.close();
  }
}
