package io.kubejar.http;

import io.kubejar.http.tls.TlsSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How an [HttpServer] listens, and its bounds. Start from [#https] or [#http].
public record ServerOptions(
    /// Where to listen; port 0 takes a free one.
    InetSocketAddress listen,
    /// Keys and trusted client authorities; null serves plain HTTP.
    @Nullable TlsSource tls,
    /// Whether clients are asked for a certificate. They may always come without.
    boolean askForClientCertificate,
    Limits limits,
    Timeouts timeouts) {

  /// Sizes and numbers that a peer cannot exceed.
  public record Limits(
      /// Connections at once; further ones are closed at once.
      int connections,
      /// HTTP/2 streams at once per connection.
      int streams,
      /// Bytes of the request line, and of all header fields together.
      int headBytes,
      /// Bytes of a request's body.
      long bodyBytes,
      /// Bytes written and not yet taken by the peer's connection, per answer.
      int unsentBytes,
      /// Stream resets that one HTTP/2 connection may send within half a minute. A client that
      /// cancels watches in a hurry is no attack: its sibling streams must live on.
      int resetsPerHalfMinute) {
    public static final Limits DEFAULT =
        new Limits(20_000, 1_000, 128 << 10, 3 << 20, 256 << 10, 30_000);
  }

  /// How long a peer may keep us waiting.
  public record Timeouts(
      Duration handshake,
      /// From a request's first byte to the end of its head.
      Duration head,
      /// Between two bytes of a request's body.
      Duration body,
      /// A connection without a request.
      Duration idle,
      /// A peer that takes none of the bytes written to it.
      Duration stalledWrite) {
    public static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(32),
            Duration.ofSeconds(60),
            Duration.ofSeconds(90),
            Duration.ofHours(1));
  }

  /// HTTPS that takes client certificates signed by the trusted authorities of the source.
  public static ServerOptions https(InetSocketAddress listen, TlsSource tls) {
    return new ServerOptions(listen, tls, true, Limits.DEFAULT, Timeouts.DEFAULT);
  }

  /// Plain HTTP, for health and metrics ports.
  public static ServerOptions http(InetSocketAddress listen) {
    return new ServerOptions(listen, null, false, Limits.DEFAULT, Timeouts.DEFAULT);
  }

  /// A loopback address with this port; 0 takes a free one.
  public static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  public ServerOptions withLimits(Limits limits) {
    return new ServerOptions(listen, tls, askForClientCertificate, limits, timeouts);
  }

  public ServerOptions withTimeouts(Timeouts timeouts) {
    return new ServerOptions(listen, tls, askForClientCertificate, limits, timeouts);
  }
}
