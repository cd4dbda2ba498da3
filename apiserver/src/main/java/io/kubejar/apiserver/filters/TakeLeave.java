package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Knows which requests a server that wants to stop still works on, and sends new ones away once it
/// takes no more. Watches and the like do not count: they end when they are told to.
public final class TakeLeave implements Filter {
  private static final int TOO_MANY = 429;
  private static final String RETRY_AFTER_SECONDS = "5";

  /// Whoever looks how the server is must be able to see how it ends.
  private static final List<String> ALWAYS = List.of("/readyz", "/livez", "/healthz", "/metrics");

  /// Other API servers of the cluster, and this one itself.
  private static final String API_SERVERS = "kube-apiserver/";

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition drained = lock.newCondition();
  private boolean refusing;
  private int running;

  /// From now on new requests are told to come back later, which is elsewhere.
  public void refuse() {
    lock.lock();
    try {
      refusing = true;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until nothing is worked on.
  ///
  /// @return false if that took longer
  public boolean awaitDrained(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (running > 0 && left > 0) {
        left = drained.awaitNanos(left);
      }
      return running == 0;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    if (isExempt(request)) {
      return next.handle(request);
    }
    if (!enter(request.info().longRunning() ? 0 : 1)) {
      return refused();
    }
    try {
      return next.handle(request);
    } finally {
      leave(request.info().longRunning() ? 0 : 1);
    }
  }

  private static boolean isExempt(Request request) {
    return ALWAYS.stream().anyMatch(request.path()::startsWith)
        || request.headers().firstOr("User-Agent", "").startsWith(API_SERVERS);
  }

  /// The connection must not bring more of them.
  private static Response refused() {
    return Response.text(TOO_MANY, "The apiserver is shutting down, please try again later.\n")
        .with("X-Content-Type-Options", "nosniff")
        .with("Retry-After", RETRY_AFTER_SECONDS)
        .with("Connection", "close");
  }

  private boolean enter(int count) {
    lock.lock();
    try {
      if (!refusing) {
        running += count;
      }
      return !refusing;
    } finally {
      lock.unlock();
    }
  }

  private void leave(int count) {
    lock.lock();
    try {
      running -= count;
      if (running == 0) {
        drained.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
