package io.kubejar.http;

import io.netty.channel.EventLoop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all connections of a server share.
final class Serving {
  /// A connection that can be asked to end.
  interface Connection {
    /// Takes no further requests, and closes when the running ones are answered.
    void leave();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

  private final ServerOptions options;
  private final HttpHandler handler;
  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final Set<ServerExchange> exchanges = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int running;
  private volatile boolean leaving;

  Serving(ServerOptions options, HttpHandler handler) {
    this.options = options;
    this.handler = handler;
  }

  ServerOptions options() {
    return options;
  }

  /// Counts a connection in; false if there are too many already.
  boolean admit() {
    if (connections.incrementAndGet() > options.limits().connections() || leaving) {
      connections.decrementAndGet();
      return false;
    }
    return true;
  }

  void gone() {
    connections.decrementAndGet();
  }

  void opened(Connection connection) {
    open.add(connection);
    if (leaving) {
      connection.leave();
    }
  }

  void closed(Connection connection) {
    open.remove(connection);
  }

  boolean leaving() {
    return leaving;
  }

  /// Handles a request on a thread of its own, then calls `done` on the connection's event loop.
  void handle(ServerExchange exchange, EventLoop eventLoop, Runnable done) {
    count(1);
    exchanges.add(exchange);
    Thread.ofVirtual()
        .name("http")
        .start(
            () -> {
              try {
                exchange.run(handler);
              } finally {
                exchanges.remove(exchange);
                count(-1);
                tell(eventLoop, done);
              }
            });
  }

  private static void tell(EventLoop eventLoop, Runnable done) {
    try {
      eventLoop.execute(done);
    } catch (RejectedExecutionException e) {
      LOG.debug("the server has stopped, and its connections with it");
    }
  }

  void leave() {
    leaving = true;
    open.forEach(Connection::leave);
    // Watches would never end by themselves.
    exchanges.forEach(exchange -> exchange.cancelIfStreaming("the server is shutting down"));
  }

  /// Waits until no request is running; false if that took too long.
  boolean awaitIdle(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (running > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
      return running == 0;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until no connection is open; false if that took too long.
  boolean awaitClosed(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!open.isEmpty() && left > 0) {
        left = Math.min(left, idle.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(20))));
      }
      return open.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void count(int change) {
    lock.lock();
    try {
      running += change;
      if (running == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
