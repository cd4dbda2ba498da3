package io.kubejar.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends one HTTP/1.1 request whose body comes from elsewhere, and gives its answer as it arrives:
/// what a proxy needs. Neither body is collected.
public final class ForwardClient {
  private static final Logger LOG = LoggerFactory.getLogger(ForwardClient.class);
  private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS");
  private static final int BUFFER = 32 << 10;
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private ForwardClient() {}

  /// Connects, sends head and body, and waits for the answer's head. The body is sent by a thread
  /// of its own, because a server may answer before it has read everything. A body of unknown
  /// length goes out in chunks; one whose length the headers tell must have that length.
  ///
  /// The answer may take as long as it likes; closing its stream ends everything. Should the body
  /// break off, the connection is closed.
  ///
  /// @param opened gets the connection before anything is sent, so that it can be closed meanwhile
  /// @param patience how long the answer's head may take; zero is as long as it likes
  public static UpgradeClient.Response send(
      UpgradeClient.Target target,
      UpgradeClient.Request request,
      InputStream body,
      Opened opened,
      Duration patience)
      throws IOException {
    var connection = UpgradeClient.connect(target, _ -> {});
    try {
      opened.accept(connection);
      boolean chunked = request.headers().lists("Transfer-Encoding", "chunked");
      connection.output().write(UpgradeClient.head(target, request));
      connection.output().flush();
      if (chunked || request.headers().contains("Content-Length")) {
        Thread.ofVirtual().name("forward").start(() -> copy(body, chunked, connection));
      }
      return ResponseReader.read(request.method(), connection, patience);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// Likewise over a connection that was kept, where the request has no body and may be sent twice:
  /// a kept connection may turn out to be dead. Whatever connection it is, it is kept afterwards if
  /// the answer is read to its end and there was nothing to send besides.
  public static UpgradeClient.Response send(
      UpgradeClient.Target target,
      UpgradeClient.Request request,
      InputStream body,
      Opened opened,
      Duration patience,
      IdleConnections kept)
      throws IOException {
    var headers = request.headers();
    boolean bodiless =
        !headers.contains("Transfer-Encoding") && !headers.contains("Content-Length");
    if (!bodiless || !REPEATABLE.contains(request.method())) {
      return send(target, request, body, opened, patience);
    }
    var known = kept.take(target);
    if (known != null) {
      try {
        return exchange(
            new BorrowedConnection(kept, target, known), target, request, opened, patience);
      } catch (NoAnswerException stale) {
        LOG.debug("a kept connection was dead: {}", stale.toString());
      }
    }
    var fresh = new BorrowedConnection(kept, target, UpgradeClient.connect(target, _ -> {}));
    return exchange(fresh, target, request, opened, patience);
  }

  private static UpgradeClient.Response exchange(
      BorrowedConnection connection,
      UpgradeClient.Target target,
      UpgradeClient.Request request,
      Opened opened,
      Duration patience)
      throws IOException {
    try {
      opened.accept(connection);
      try {
        connection.output().write(UpgradeClient.head(target, request));
        connection.output().flush();
      } catch (SocketException broken) {
        throw new NoAnswerException(broken);
      }
      var answer = ResponseReader.read(request.method(), connection.socket(), patience);
      return connection.answered(answer);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// Hears of a connection.
  @FunctionalInterface
  public interface Opened {
    void accept(DuplexStream connection) throws IOException;
  }

  private static void copy(InputStream body, boolean chunked, SocketStream connection) {
    try {
      var out = connection.output();
      var buffer = new byte[BUFFER];
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        write(out, buffer, read, chunked);
      }
      if (chunked) {
        out.write(LAST_CHUNK);
      }
      out.flush();
    } catch (IOException e) {
      connection.close();
    }
  }

  private static void write(OutputStream out, byte[] bytes, int length, boolean chunked)
      throws IOException {
    if (chunked && length > 0) {
      out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes, 0, length);
      out.write(LINE_END);
    } else {
      out.write(bytes, 0, length);
    }
    out.flush();
  }
}
