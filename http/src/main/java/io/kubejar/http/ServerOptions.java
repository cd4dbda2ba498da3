package io.kubejar.http;

import io.kubejar.http.tls.TlsSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How an [HttpServer] listens, and its bounds. Start from [#https] or [#http].
///
/// @param listen where; port 0 takes a free one
/// @param tls keys and trusted client authorities; null serves plain HTTP
/// @param askForClientCertificate whether clients are asked for one; they may always come without
public record ServerOptions(
    InetSocketAddress listen,
    @Nullable TlsSource tls,
    boolean askForClientCertificate,
    Limits limits,
    Timeouts timeouts) {

  /// Sizes and numbers that a peer cannot exceed.
  ///
  /// @param connections at once; further ones are closed at once
  /// @param streams HTTP/2 streams at once per connection
  /// @param headBytes of the request line, and of all header fields together
  /// @param bodyBytes of a request's body
  /// @param unsentBytes written and not yet taken by the peer's connection, per answer
  /// @param resetsPerHalfMinute stream resets that one HTTP/2 connection may send; a client that
  ///   cancels watches in a hurry is no attack, its sibling streams must live on
  public record Limits(
      int connections,
      int streams,
      int headBytes,
      long bodyBytes,
      int unsentBytes,
      int resetsPerHalfMinute) {
    public static final Limits DEFAULT =
        new Limits(20_000, 1_000, 1 << 20, 3 << 20, 256 << 10, 30_000);
  }

  /// How long a peer may keep us waiting.
  ///
  /// @param handshake of TLS
  /// @param head from a request's first byte to the end of its head
  /// @param body between two bytes of a request's body
  /// @param idle a connection without a request
  /// @param stalledWrite a peer that takes none of the bytes written to it
  public record Timeouts(
      Duration handshake, Duration head, Duration body, Duration idle, Duration stalledWrite) {
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
