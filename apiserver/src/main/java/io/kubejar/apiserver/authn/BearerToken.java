package io.kubejar.apiserver.authn;

import io.kubejar.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Finds the bearer token of a request.
public final class BearerToken {
  private static final String SCHEME = "bearer";

  /// Browsers cannot set headers on WebSockets, so the token comes as one of the subprotocols.
  private static final String SUBPROTOCOL = "base64url.bearer.authorization.k8s.io.";

  private BearerToken() {}

  public static Optional<String> in(Headers headers) {
    var parts = headers.firstOr("Authorization", "").strip().split(" ", 3);
    // Upstream takes the word after the first blank, whatever follows; a second blank makes it
    // none.
    if (parts.length > 1 && parts[0].equalsIgnoreCase(SCHEME) && !parts[1].isEmpty()) {
      return Optional.of(parts[1]);
    }
    return fromSubprotocols(headers);
  }

  private static Optional<String> fromSubprotocols(Headers headers) {
    if (!headers.lists("Upgrade", "websocket")) {
      return Optional.empty();
    }
    return headers
        .elements("Sec-WebSocket-Protocol")
        .filter(protocol -> protocol.startsWith(SUBPROTOCOL))
        .findFirst()
        .flatMap(protocol -> decoded(protocol.substring(SUBPROTOCOL.length())));
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
