package io.kubejar.storage.etcd;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.kubejar.storage.StoreClosedException;
import io.kubejar.storage.StoreException;
import io.kubejar.storage.Value;
import io.kubejar.storage.etcd.EtcdMembers.Repeatable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A key that is there as long as this process lives: other processes learn from it who is about.
///
/// The key hangs on a lease that a virtual thread keeps alive, at whichever member answers. If the
/// lease is lost all the same, because etcd was away for too long, the key is written anew. It says
/// nothing about mutual exclusion: a process that was stopped for a while may believe in a lease
/// that is gone.
public final class EtcdPresence implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdPresence.class);
  private static final int RENEWALS_PER_LIFE = 3;
  private static final int TIMEOUT_SECONDS = 5;
  private static final long NO_LEASE = 0;

  private final EtcdMembers members;
  private final String key;
  private final Value value;
  private final Duration timeToLive;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private final Thread thread;
  private boolean closed;
  private long lease = NO_LEASE;

  EtcdPresence(EtcdMembers members, String key, Value value, Duration timeToLive) {
    this.members = members;
    this.key = key;
    this.value = value;
    this.timeToLive = timeToLive;
    this.thread = Thread.ofVirtual().name("storage-presence " + key).unstarted(this::run);
  }

  /// Writes the key, then keeps it.
  void start() throws InterruptedException {
    register();
    thread.start();
  }

  private void run() {
    try {
      while (pause()) {
        try {
          if (!renew()) {
            LOG.warn("lease lost, key is written anew key={}", key);
            register();
          }
        } catch (StoreClosedException e) {
          return;
        } catch (StoreException | StatusRuntimeException e) {
          LOG.warn("lease not renewed key={} reason=\"{}\"", key, e.getMessage());
        }
      }
      revoke();
    } catch (InterruptedException e) {
      LOG.debug("presence interrupted, the key goes away with its lease key={}", key);
    }
  }

  private void register() throws InterruptedException {
    var grant = LeaseGrantRequest.newBuilder().setTTL(Math.max(1, timeToLive.toSeconds())).build();
    lease = members.call(Repeatable.YES, channel -> stub(channel).leaseGrant(grant)).getID();
    var put =
        PutRequest.newBuilder()
            .setKey(EtcdMessages.bytes(key))
            .setValue(EtcdMessages.bytes(value))
            .setLease(lease)
            .build();
    // Writing the same twice is harmless here: nobody else writes this key.
    var _ =
        members.call(
            Repeatable.YES,
            channel ->
                KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .put(put));
  }

  /// Prolongs the lease; false if it is gone.
  private boolean renew() throws InterruptedException {
    return members.call(Repeatable.YES, this::keepAlive).getTTL() > 0;
  }

  private LeaseKeepAliveResponse keepAlive(Channel channel) {
    var call =
        LeaseGrpc.newBlockingV2Stub(channel)
            .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .leaseKeepAlive();
    try {
      var request = LeaseKeepAliveRequest.newBuilder().setID(lease).build();
      call.write(request, TIMEOUT_SECONDS, TimeUnit.SECONDS);
      var answer = call.read(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (answer == null) {
        throw Status.UNAVAILABLE.withDescription("no answer").asRuntimeException();
      }
      return answer;
    } catch (StatusException e) {
      throw e.getStatus().asRuntimeException();
    } catch (TimeoutException e) {
      throw Status.DEADLINE_EXCEEDED.withCause(e).asRuntimeException();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Whoever calls for us looks at it.
      throw Status.CANCELLED.withCause(e).asRuntimeException();
    } finally {
      call.cancel("answered", null);
    }
  }

  private void revoke() throws InterruptedException {
    var request = LeaseRevokeRequest.newBuilder().setID(lease).build();
    try {
      var _ = members.call(Repeatable.YES, channel -> stub(channel).leaseRevoke(request));
    } catch (StoreException | StatusRuntimeException e) {
      LOG.debug("lease not revoked, the key goes away later key={}", key, e);
    }
  }

  private static LeaseGrpc.LeaseBlockingStub stub(Channel channel) {
    return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /// Waits until the next renewal is due; false if the key is to go away.
  private boolean pause() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = timeToLive.dividedBy(RENEWALS_PER_LIFE).toNanos();
      while (!closed && nanos > 0) {
        nanos = closing.awaitNanos(nanos);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /// Takes the key away, now if etcd can be reached, else when its time to live has passed.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
