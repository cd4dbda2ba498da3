package io.kubejar.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// Serves HTTP/1.1 and HTTP/2 on one port.
public final class HttpServer implements AutoCloseable {
  private HttpServer() {}

  /// Listens and serves until closed. Fails with [java.net.BindException] if the port is taken.
  public static HttpServer start(ServerOptions options, HttpHandler handler) throws IOException {
    throw new UnsupportedOperationException("soon");
  }

  /// Where the server listens, with the port it got.
  public InetSocketAddress address() {
    throw new UnsupportedOperationException("soon");
  }

  /// Takes no new connections, tells peers to leave, waits for running requests up to the given
  /// time, then cancels the rest and closes.
  public void drain(Duration patience) throws InterruptedException {}

  /// Closes at once: running requests are cancelled.
  @Override
  public void close() {}
}
