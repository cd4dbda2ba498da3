package io.kubejar.apiserver.request;

import io.kubejar.http.Headers;
import java.util.List;
import java.util.Optional;

/// What a client that wants to speak WebSocket offers.
///
/// @param protocols the subprotocols, best first, without the one that only carries a token
public record WebSocketOffer(List<String> protocols) {
  private static final String TOKEN = "base64url.bearer.authorization.k8s.io.";

  public WebSocketOffer {
    protocols = List.copyOf(protocols);
  }

  /// Empty for a request that wants something else.
  public static Optional<WebSocketOffer> of(Request request) {
    return request.exchange().isUpgrade() && request.headers().lists("Upgrade", "websocket")
        ? Optional.of(new WebSocketOffer(protocols(request.headers())))
        : Optional.empty();
  }

  private static List<String> protocols(Headers headers) {
    return headers
        .elements("Sec-WebSocket-Protocol")
        .filter(protocol -> !protocol.startsWith(TOKEN))
        .toList();
  }
}
