package io.kubejar.storage.etcd;

import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.kubejar.storage.etcd.EtcdMembers.Repeatable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Gives leases to keys that go away by themselves.
///
/// Leases cost etcd a lot, so keys written within a short time share one: it lives a little longer
/// than asked for, and is shared as long as that is enough. A key therefore goes away up to one
/// twentieth of its time, at most a minute, late; never early.
final class EtcdLeases {
  private static final int SHARED_FRACTION = 20;
  private static final Duration SHARED_AT_MOST = Duration.ofSeconds(60);
  private static final int KEYS_PER_LEASE = 1000;
  private static final int REMEMBERED_LEASES = 100;
  private static final int TIMEOUT_SECONDS = 5;

  private final EtcdMembers members;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Duration, Lease> leases = new HashMap<>();

  /// A lease that new keys may share until an instant.
  private record Lease(long id, Instant sharedUntil, int keys) {}

  EtcdLeases(EtcdMembers members, InstantSource clock) {
    this.members = members;
    this.clock = clock;
  }

  /// A lease for one more key.
  long leaseFor(Duration timeToLive) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var lease = leases.get(timeToLive);
      if (lease == null
          || lease.keys() >= KEYS_PER_LEASE
          || clock.instant().isAfter(lease.sharedUntil())) {
        lease = grant(timeToLive);
      }
      if (leases.size() >= REMEMBERED_LEASES) {
        leases.clear(); // They live on in etcd, they are only not shared any more.
      }
      leases.put(timeToLive, new Lease(lease.id(), lease.sharedUntil(), lease.keys() + 1));
      return lease.id();
    } finally {
      lock.unlock();
    }
  }

  /// A lease turned out to be gone.
  void forget() {
    lock.lock();
    try {
      leases.clear();
    } finally {
      lock.unlock();
    }
  }

  private Lease grant(Duration timeToLive) throws InterruptedException {
    var part = timeToLive.dividedBy(SHARED_FRACTION);
    var shared = part.compareTo(SHARED_AT_MOST) < 0 ? part : SHARED_AT_MOST;
    // Before the request, so that the lease is younger than we think.
    var sharedUntil = clock.instant().plus(shared);
    var seconds = timeToLive.plus(shared).plusSeconds(1).minusNanos(1).toSeconds();
    var request = LeaseGrantRequest.newBuilder().setTTL(seconds).build();
    // A lease that was granted and not heard of holds nothing and goes away.
    var granted =
        members.call(
            Repeatable.YES,
            channel ->
                LeaseGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .leaseGrant(request));
    return new Lease(granted.getID(), sharedUntil, 0);
  }
}
