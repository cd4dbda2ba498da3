package io.kubejar.apiserver.connect;

import io.kubejar.http.UpgradeClient;
import io.kubejar.http.tls.TlsSource;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A server that requests are sent on to.
///
/// @param port zero means the usual one of the scheme
/// @param tls what is shown there and who is believed; null speaks plain HTTP
/// @param serverName what the certificate there must name; empty if any will do
/// @param patience how long connecting may take
/// @param answer how long the answer's head of a request that is sent on may take; zero is as long
///   as the request may
public record Backend(
    String host,
    int port,
    @Nullable TlsSource tls,
    String serverName,
    Duration patience,
    Duration answer) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  public Backend(String host, int port, @Nullable TlsSource tls, String serverName) {
    this(host, port, tls, serverName, PATIENCE, Duration.ZERO);
  }

  /// The same for who waits so long for each and no longer.
  public Backend within(Duration shorter) {
    return new Backend(host, port, tls, serverName, shorter, shorter);
  }

  /// Host and port as a URL has them.
  public String authority() {
    var name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == 0 ? name : name + ":" + port;
  }

  /// Where a connection goes.
  public UpgradeClient.Target target() {
    var address = new InetSocketAddress(host, usedPort());
    return tls == null
        ? UpgradeClient.Target.plain(address, patience)
        : UpgradeClient.Target.tls(address, tls, serverName, patience);
  }

  private int usedPort() {
    int usual = tls == null ? HTTP : HTTPS;
    return port == 0 ? usual : port;
  }

  /// A failure to reach this server, in the words of Go's network library, which clients know.
  public String failure(Exception cause) {
    var message = String.valueOf(cause.getMessage());
    var dial = "dial tcp " + new Backend(host, usedPort(), tls, "").authority() + ": ";
    return switch (cause) {
      case java.net.UnknownHostException _ -> "dial tcp: lookup " + host + ": no such host";
      case java.net.NoRouteToHostException _ -> dial + "connect: no route to host";
      case java.net.ConnectException _ -> dial + "connect: " + lowered(message);
      case java.net.SocketTimeoutException _ ->
          message.startsWith("no answer")
              ? "net/http: timeout awaiting response headers"
              : dial + "i/o timeout";
      case javax.net.ssl.SSLException _ -> "tls: failed to verify certificate: x509: " + message;
      case java.io.EOFException _ -> "EOF";
      default -> message;
    };
  }

  private static String lowered(String message) {
    return message.isEmpty()
        ? message
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }
}
