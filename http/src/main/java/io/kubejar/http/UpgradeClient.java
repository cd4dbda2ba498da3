package io.kubejar.http;

import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Sends one HTTP/1.1 request over a connection of its own and, if the peer answers 101, keeps the
/// raw byte streams: exec, attach, port-forward and proxying.
public final class UpgradeClient {
  /// Where and how to connect. Without TLS the source is null; `serverName` is what the peer's
  /// certificate must name.
  public record Target(
      SocketAddress address, @Nullable TlsSource tls, String serverName, Duration timeout) {}

  /// A request's head: method, path with query, headers (Host is added if missing).
  public record Request(String method, String target, Headers headers) {}

  /// A response's head and what follows: the raw streams after a 101, else the body as it is framed
  /// (already de-chunked), ending where the body ends.
  public record Response(int status, String reason, Headers headers, DuplexStream stream) {
    public boolean upgraded() {
      return status == 101;
    }
  }

  private UpgradeClient() {}

  public static Response send(Target target, Request request) throws IOException {
    throw new UnsupportedOperationException("soon");
  }
}
