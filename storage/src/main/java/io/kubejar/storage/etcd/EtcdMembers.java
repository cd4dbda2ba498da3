package io.kubejar.storage.etcd;

import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.kubejar.storage.StoreClosedException;
import io.kubejar.storage.UnavailableException;
import io.kubejar.storage.UnknownOutcomeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections to all members, of which one is in use until it fails.
final class EtcdMembers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdMembers.class);

  /// A member that says nothing has cost as much time as several that fail at once.
  private static final int ATTEMPTS_FOR_A_TIMEOUT = 4;

  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 1000;
  private static final long KEEP_ALIVE_SECONDS = 10;
  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 3;
  private static final long SHUTDOWN_SECONDS = 5;

  /// Whether a request may be executed twice.
  enum Repeatable {
    YES,
    NO
  }

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final EtcdLogin login;
  private final int attempts;
  private final AtomicInteger current = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;

  /// @param attempts how often a request is tried before the cluster counts as unavailable
  EtcdMembers(EtcdOptions options, int attempts) throws IOException {
    this.attempts = attempts;
    login = new EtcdLogin(options.credentials());
    var credentials = credentials(options);
    for (var endpoint : options.endpoints()) {
      channels.add(
          Grpc.newChannelBuilder(endpoint, credentials)
              .executor(threads)
              .maxInboundMessageSize(Integer.MAX_VALUE) // Bounded by pages, and by what is stored.
              .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .disableRetry() // It does not know which requests may be repeated.
              .build());
    }
  }

  private static ChannelCredentials credentials(EtcdOptions options) throws IOException {
    var tls = options.tls();
    if (tls == null) {
      return InsecureChannelCredentials.create();
    }
    var builder = TlsChannelCredentials.newBuilder().trustManager(tls.authority());
    if (tls.certificate() != null && tls.key() != null) {
      builder.keyManager(tls.certificate(), tls.key());
    }
    return builder.build();
  }

  /// A member to talk to, and its number for [#failed(int)].
  record Member(int number, Channel channel) {}

  Member current() {
    int number = current.get();
    var channel = channels.get(number);
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff(); // Our own pauses are enough.
    }
    return new Member(number, login.loggedIn(channel));
  }

  /// From now on another member is in use, unless that has happened already.
  void failed(int number) {
    if (current.compareAndSet(number, (number + 1) % channels.size()) && channels.size() > 1) {
      LOG.info("etcd member failed, taking the next endpoint={}", channels.get(number).authority());
    }
  }

  boolean tokenRefused() {
    return login.forget();
  }

  /// Makes a request, to other members if one fails.
  ///
  /// @throws UnavailableException if it was certainly not executed
  /// @throws UnknownOutcomeException if it may have been
  /// @throws StatusRuntimeException if it was refused for its content
  <T> T call(Repeatable repeatable, Function<Channel, T> request) throws InterruptedException {
    StatusRuntimeException last = null;
    for (int attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) {
        pause(attempt);
      }
      int member = current.get();
      var tracker = new SentTracker();
      try {
        var chosen = current();
        member = chosen.number();
        return request.apply(ClientInterceptors.intercept(chosen.channel(), tracker));
      } catch (StatusRuntimeException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while waiting for etcd");
        }
        last = e;
        switch (EtcdErrors.kindOf(e)) {
          case NOT_DONE -> failed(member);
          case UNKNOWN -> {
            failed(member);
            if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
              attempt += ATTEMPTS_FOR_A_TIMEOUT;
            }
            if (repeatable == Repeatable.NO && tracker.wasSent()) {
              throw new UnknownOutcomeException("etcd: " + EtcdErrors.describe(e), e);
            }
          }
          case LOGIN_NEEDED -> {
            if (!tokenRefused()) {
              throw e;
            }
          }
          default -> throw e;
        }
      }
    }
    throw new UnavailableException(
        "etcd is unavailable: " + (last == null ? "" : EtcdErrors.describe(last)), last);
  }

  /// Waits a little longer each time that all members have been tried. Ends at once when the store
  /// is closed.
  private void pause(int attempt) throws InterruptedException {
    int round = attempt / channels.size();
    long millis =
        round == 0 ? 0 : Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(round, 10));
    lock.lockInterruptibly();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!closed && nanos > 0) {
        nanos = closing.awaitNanos(nanos);
      }
      if (closed) {
        throw new StoreClosedException("the store is closed");
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    channels.forEach(ManagedChannel::shutdownNow);
    boolean interrupted = false;
    for (var channel : channels) {
      try {
        if (!channel.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
          LOG.warn("connection did not end in time endpoint={}", channel.authority());
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    threads.shutdown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
