package io.kubejar.simulation.kubelet;

import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.SpdySession;
import io.kubejar.http.Upgraded;
import io.kubejar.http.WebSocketStream;
import io.kubejar.kubelet.server.NotServed;
import java.io.IOException;
import java.util.List;

/// How a request leaves HTTP.
final class Upgrades {
  private static final String VERSION = "X-Stream-Protocol-Version";
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";

  private Upgrades() {}

  static boolean isWebSocket(Exchange exchange) {
    return exchange.isUpgrade()
        && exchange.headers().firstOr("Upgrade", "").equalsIgnoreCase("websocket");
  }

  /// Accepts SPDY with a protocol in it that both sides know.
  static Upgraded spdy(Exchange exchange, String protocol) throws NotServed, IOException {
    if (!exchange.isUpgrade()
        || !exchange.headers().firstOr("Upgrade", "").equalsIgnoreCase(SpdySession.PROTOCOL)) {
      throw new NotServed(400, "unable to upgrade: missing upgrade headers in request");
    }
    var offered = list(exchange, VERSION);
    if (!offered.isEmpty() && !offered.contains(protocol)) {
      throw new NotServed(
          403,
          "unable to negotiate protocol: client supports "
              + offered
              + ", server accepts ["
              + protocol
              + "]");
    }
    return exchange.upgrade(
        Headers.of("Connection", "Upgrade", "Upgrade", SpdySession.PROTOCOL)
            .with(VERSION, protocol));
  }

  /// Accepts a WebSocket with the best of these protocols that the client offers; a client that
  /// offers none gets none.
  static WebSocketStream webSocket(Exchange exchange, List<String> protocols)
      throws NotServed, IOException {
    var offered = list(exchange, PROTOCOL);
    if (offered.isEmpty()) {
      return exchange.webSocket("", Headers.EMPTY);
    }
    for (var protocol : protocols) {
      if (offered.contains(protocol)) {
        return exchange.webSocket(protocol, Headers.EMPTY);
      }
    }
    throw new NotServed(403, "no protocol of " + offered + " is known here");
  }

  private static List<String> list(Exchange exchange, String header) {
    return exchange.headers().elements(header).toList();
  }
}
