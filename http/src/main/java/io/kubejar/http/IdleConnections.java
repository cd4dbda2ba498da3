package io.kubejar.http;

import io.kubejar.http.tls.TlsSource;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Connections that wait for the next request to the same place: same address, same material of
/// TLS, same name. Whatever of that changes, old connections are not used again.
public final class IdleConnections implements AutoCloseable {
  private final Bounds bounds;
  private final InstantSource clock;
  private final Map<Key, Deque<Idle>> idle = new HashMap<>();
  private int count;
  private boolean closed;

  /// @param all how many are kept at most; beyond that they are closed after use
  /// @param perTarget how many of them to one place
  /// @param time how long an unused connection is kept
  public record Bounds(int all, int perTarget, Duration time) {}

  private record Key(SocketAddress address, @Nullable TlsSource tls, String serverName) {
    static Key of(UpgradeClient.Target target) {
      return new Key(target.address(), target.tls(), target.serverName());
    }
  }

  private record Idle(SocketStream connection, Instant since) {}

  public IdleConnections(Bounds bounds, InstantSource clock) {
    this.bounds = bounds;
    this.clock = clock;
  }

  /// The one that was used last; null if there is none.
  synchronized @Nullable SocketStream take(UpgradeClient.Target target) {
    closeOld();
    var connections = idle.get(Key.of(target));
    var last = connections == null ? null : connections.pollLast();
    if (last == null) {
      return null;
    }
    count--;
    return last.connection();
  }

  /// False if there is no room for it: the caller closes it then.
  synchronized boolean keep(UpgradeClient.Target target, SocketStream connection) {
    closeOld();
    var connections = idle.computeIfAbsent(Key.of(target), _ -> new ArrayDeque<>());
    if (closed || count >= bounds.all() || connections.size() >= bounds.perTarget()) {
      return false;
    }
    connections.addLast(new Idle(connection, clock.instant()));
    count++;
    return true;
  }

  /// Whether a peer that answered so goes on reading.
  static boolean staysOpen(Headers answer) {
    return !answer.lists("Connection", "close")
        && (answer.contains("Content-Length") || answer.lists("Transfer-Encoding", "chunked"));
  }

  /// Whenever connections are taken or given back, so that no thread has to wait for it.
  private void closeOld() {
    var oldest = clock.instant().minus(bounds.time());
    for (var connections : idle.values()) {
      while (!connections.isEmpty() && connections.peekFirst().since().isBefore(oldest)) {
        connections.removeFirst().connection().close();
        count--;
      }
    }
    idle.values().removeIf(Deque::isEmpty);
  }

  /// Closes the unused connections, and those that are given back later.
  @Override
  public void close() {
    List<Idle> unused = new ArrayList<>();
    synchronized (this) {
      closed = true;
      idle.values().forEach(unused::addAll);
      idle.clear();
      count = 0;
    }
    unused.forEach(each -> each.connection().close());
  }
}
