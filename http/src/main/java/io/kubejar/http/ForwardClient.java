package io.kubejar.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Sends one HTTP/1.1 request whose body comes from elsewhere, and gives its answer as it arrives:
/// what a proxy needs. Neither body is collected.
public final class ForwardClient {
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
  public static UpgradeClient.Response send(
      UpgradeClient.Target target, UpgradeClient.Request request, InputStream body, Opened opened)
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
      return ResponseReader.read(request.method(), connection, target.timeout());
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
