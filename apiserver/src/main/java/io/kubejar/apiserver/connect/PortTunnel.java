package io.kubejar.apiserver.connect;

import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.request.WebSocketOffer;
import io.kubejar.http.Headers;
import io.kubejar.http.Relay;
import io.kubejar.http.SpdySession;
import io.kubejar.http.WebSocketBytes;
import java.util.List;

/// Port-forward for clients that speak SPDY through a WebSocket: proxies on the way let only those
/// pass. The kubelet sees plain SPDY.
final class PortTunnel {
  private static final String PREFIX = SpdySession.PROTOCOL + "+";
  private static final String SUFFIX = "k8s.io";
  private static final String VERSION = "X-Stream-Protocol-Version";

  private PortTunnel() {}

  /// Whether the client offers to speak so.
  static boolean wanted(WebSocketOffer offer) {
    return !inner(offer).isEmpty();
  }

  private static List<String> inner(WebSocketOffer offer) {
    return offer.protocols().stream()
        .filter(protocol -> protocol.startsWith(PREFIX) && protocol.endsWith(SUFFIX))
        .map(protocol -> protocol.substring(PREFIX.length()))
        .toList();
  }

  static Response open(Request request, WebSocketOffer offer, Backend kubelet, String target) {
    var headers =
        ForwardedHeaders.ofUpgrade(request.exchange())
            .without(
                "Sec-WebSocket-Protocol", "Sec-WebSocket-Key", "Sec-WebSocket-Version", VERSION)
            .replacing("Upgrade", SpdySession.PROTOCOL);
    for (var protocol : inner(offer)) {
      headers = headers.with(VERSION, protocol);
    }
    var answer = ReverseProxy.dial(kubelet, "POST", target, headers);
    if (!answer.upgraded()) {
      return ReverseProxy.refused(answer);
    }
    var chosen = answer.headers().firstOr(VERSION, "");
    return new Response.TakenOver(
        exchange -> {
          try (var backend = answer.stream();
              var socket =
                  exchange.webSocket(chosen.isEmpty() ? "" : PREFIX + chosen, Headers.EMPTY)) {
            Relay.run(new WebSocketBytes(socket), backend);
          }
        });
  }
}
