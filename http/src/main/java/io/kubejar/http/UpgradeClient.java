package io.kubejar.http;

import io.kubejar.http.tls.TlsContexts;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Sends one HTTP/1.1 request over a connection of its own and, if the peer answers 101, keeps the
/// raw byte streams: exec, attach, port-forward and proxying. Everything blocks the caller's
/// thread.
public final class UpgradeClient {
  /// Where and how to connect: a TCP or unix socket address. Without TLS the source is null. The
  /// peer's certificate must name the server name; if that is empty, the chain alone counts. The
  /// timeout bounds connecting and the wait for the answer's head, each.
  public record Target(
      SocketAddress address, @Nullable TlsSource tls, String serverName, Duration timeout) {
    public static Target plain(SocketAddress address, Duration timeout) {
      return new Target(address, null, "", timeout);
    }

    public static Target tls(
        InetSocketAddress address, TlsSource tls, String serverName, Duration timeout) {
      return new Target(address, tls, serverName, timeout);
    }
  }

  /// A request's head: method, path with query, headers (`Host` is added if missing). A body is
  /// what gets written to the response's stream; its length or framing is the caller's to announce.
  public record Request(String method, String target, Headers headers) {}

  /// A response's head and what follows: the raw streams after a 101, else the body without its
  /// framing, ending where the body ends. Closing the stream closes the connection.
  public record Response(int status, String reason, Headers headers, DuplexStream stream) {
    public boolean upgraded() {
      return status == 101;
    }
  }

  private UpgradeClient() {}

  /// Connects, sends the head, and waits for the answer's head.
  public static Response send(Target target, Request request) throws IOException {
    return send(target, request, new byte[0]);
  }

  /// Likewise, with a body behind the head, whose length the headers tell.
  public static Response send(Target target, Request request, byte[] body) throws IOException {
    var connection = connect(target, _ -> {});
    try {
      connection.output().write(head(target, request));
      connection.output().write(body);
      connection.output().flush();
      return ResponseReader.read(request.method(), connection, target.timeout());
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  static byte[] head(Target target, Request request) {
    var text = new StringBuilder();
    text.append(checked(request.method())).append(' ');
    text.append(checked(request.target())).append(" HTTP/1.1\r\n");
    if (!request.headers().contains("Host")) {
      text.append("Host: ").append(host(target)).append("\r\n");
    }
    for (var field : request.headers().fields()) {
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// A blank in the request line would shift what follows.
  private static String checked(String part) {
    if (part.isEmpty() || part.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("not fit for a request line: " + part);
    }
    return part;
  }

  private static String host(Target target) {
    return switch (target.address()) {
      case InetSocketAddress inet -> {
        var name = inet.getHostString();
        yield (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + inet.getPort();
      }
      default -> "localhost";
    };
  }

  /// Hears of a socket before it connects, so that it can be closed meanwhile.
  interface Opened {
    void accept(AutoCloseable socket) throws IOException;
  }

  static SocketStream connect(Target target, Opened opened) throws IOException {
    if (target.address() instanceof UnixDomainSocketAddress unix) {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      opened.accept(channel);
      try {
        channel.connect(unix);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return SocketStream.of(channel);
    }
    var inet = (InetSocketAddress) target.address();
    int timeout = Math.toIntExact(target.timeout().toMillis());
    var socket = new Socket();
    opened.accept(socket);
    try {
      var resolved =
          inet.isUnresolved() ? new InetSocketAddress(inet.getHostString(), inet.getPort()) : inet;
      socket.connect(resolved, timeout);
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      return SocketStream.of(target.tls() == null ? socket : secured(socket, target, timeout));
    } catch (SocketTimeoutException e) {
      socket.close();
      throw new SocketTimeoutException("no connection to " + inet + " within " + target.timeout());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static SSLSocket secured(Socket socket, Target target, int timeout) throws IOException {
    var source = target.tls();
    if (source == null) {
      throw new IllegalArgumentException("no TLS source");
    }
    var name = target.serverName();
    var secured =
        (SSLSocket)
            TlsContexts.context(source)
                .getSocketFactory()
                .createSocket(socket, name, socket.getPort(), true);
    var parameters = new SSLParameters();
    if (!name.isEmpty()) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    secured.setSSLParameters(parameters);
    secured.setSoTimeout(timeout);
    secured.startHandshake();
    secured.setSoTimeout(0);
    return secured;
  }
}
