package io.kubejar.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Sends HTTP/1.1 requests and reads their answers whole, over connections that stay open for the
/// next request to the same place. Everything blocks the caller's thread.
///
/// A kept connection that turns out to be dead before a byte of the answer came is replaced by a
/// new one, and the request sent again: what goes through here must bear being received twice.
public final class KeepAliveClient implements AutoCloseable {
  private static final int FIRST_WITHOUT_BODY = 101;

  private final Bounds bounds;
  private final IdleConnections idle;

  /// @param answerBytes the largest body that is read; a larger one is an [IOException]
  /// @param idle how many connections are kept at most; beyond that they are closed after use
  /// @param idlePerTarget how many of them to one place
  /// @param idleFor how long an unused connection is kept
  public record Bounds(int answerBytes, int idle, int idlePerTarget, Duration idleFor) {}

  /// An answer that has arrived completely.
  @SuppressWarnings("ArrayRecordComponent") // Handed over; nobody compares answers.
  public record Answer(int status, Headers headers, byte[] body) {}

  public KeepAliveClient(Bounds bounds, InstantSource clock) {
    this.bounds = bounds;
    idle =
        new IdleConnections(
            new IdleConnections.Bounds(bounds.idle(), bounds.idlePerTarget(), bounds.idleFor()),
            clock);
  }

  /// Prepares a request; the headers need not tell the body's length.
  public Call call(UpgradeClient.Target target, UpgradeClient.Request request, byte[] body) {
    var length = Integer.toString(body.length);
    var headers = request.headers().replacing("Content-Length", length);
    return new Call(
        target, new UpgradeClient.Request(request.method(), request.target(), headers), body);
  }

  /// One request. Its answer is asked for once.
  public final class Call {
    private final UpgradeClient.Target target;
    private final UpgradeClient.Request request;
    private final byte[] body;
    private @Nullable AutoCloseable open;
    private boolean aborted;

    private Call(UpgradeClient.Target target, UpgradeClient.Request request, byte[] body) {
      this.target = target;
      this.request = request;
      this.body = body;
    }

    /// Sends the request and waits for the whole answer.
    ///
    /// @throws InterruptedIOException if it was aborted meanwhile
    public Answer answer() throws IOException {
      try {
        return sent();
      } catch (IOException failure) {
        if (isAborted()) {
          var interrupted = new InterruptedIOException("aborted");
          interrupted.initCause(failure);
          throw interrupted;
        }
        throw failure;
      }
    }

    private Answer sent() throws IOException {
      var kept = idle.take(target);
      if (kept != null) {
        try {
          opened(kept);
          return exchange(kept);
        } catch (NoAnswerException stale) {
          kept.close(); // The peer had closed it; a new connection will tell whether it still
          // lives.
        }
      }
      return exchange(UpgradeClient.connect(target, this::opened));
    }

    private Answer exchange(SocketStream connection) throws IOException {
      boolean reusable = false;
      try {
        write(connection);
        var response = ResponseReader.read(request.method(), connection, target.timeout());
        if (response.status() == FIRST_WITHOUT_BODY) {
          throw new IOException("the peer switched protocols without being asked");
        }
        connection.readTimeout().set(Math.toIntExact(target.timeout().toMillis()));
        var content = response.stream().input().readNBytes(bounds.answerBytes() + 1);
        if (content.length > bounds.answerBytes()) {
          throw new IOException("the answer is larger than " + bounds.answerBytes() + " bytes");
        }
        reusable = IdleConnections.staysOpen(response.headers());
        return new Answer(response.status(), response.headers(), content);
      } finally {
        finish(connection, reusable);
      }
    }

    private void write(SocketStream connection) throws IOException {
      try {
        connection.output().write(UpgradeClient.head(target, request));
        connection.output().write(body);
        connection.output().flush();
      } catch (java.net.SocketException broken) {
        throw new NoAnswerException(broken);
      }
    }

    private void finish(SocketStream connection, boolean reusable) {
      synchronized (this) {
        open = null;
      }
      if (!reusable || isAborted() || !idle.keep(target, connection)) {
        connection.close();
      }
    }

    private synchronized void opened(AutoCloseable connection) throws IOException {
      if (aborted) {
        close(connection);
        throw new InterruptedIOException("aborted");
      }
      open = connection;
    }

    private synchronized boolean isAborted() {
      return aborted;
    }

    /// Ends the waiting, from any thread; without effect if the answer is there already.
    public synchronized void abort() {
      aborted = true;
      if (open != null) {
        close(open);
      }
    }
  }

  private static void close(AutoCloseable connection) {
    try {
      connection.close();
    } catch (Exception e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    }
  }

  /// Closes the unused connections. Requests under way end by themselves.
  @Override
  public void close() {
    idle.close();
  }
}
