package io.kubejar.kubelet.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Whether a port takes connections.
final class TcpProbe {
  private TcpProbe() {}

  static ProbeResult connect(String host, int port, Duration limit) {
    try (var socket = new Socket()) {
      int millis = Math.toIntExact(Math.max(1, limit.toMillis()));
      socket.connect(new InetSocketAddress(host, port), millis);
      return ProbeResult.PASSED;
    } catch (IOException e) {
      return ProbeResult.failed("dial tcp " + host + ":" + port + ": " + words(e));
    }
  }

  /// As Go words it: people search for these texts.
  static String words(IOException e) {
    return switch (e) {
      case ConnectException _ -> "connect: connection refused";
      case NoRouteToHostException _ -> "connect: no route to host";
      case SocketTimeoutException _ -> "i/o timeout";
      default -> String.valueOf(e.getMessage());
    };
  }
}
