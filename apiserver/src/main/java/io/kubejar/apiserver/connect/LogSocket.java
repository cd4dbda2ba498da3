package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.request.WebSocketOffer;
import io.kubejar.http.DuplexStream;
import io.kubejar.http.Headers;
import io.kubejar.http.WebSocketMessage;
import io.kubejar.http.WebSocketStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A log over a WebSocket: bytes as they come, as binary messages or as text in base64.
final class LogSocket {
  private static final Logger log = LoggerFactory.getLogger(LogSocket.class);

  private static final int BUFFER = 32 << 10;
  private static final String BASE64 = "base64.binary.k8s.io";
  private static final List<String> PROTOCOLS = List.of("binary.k8s.io", BASE64);

  private LogSocket() {}

  static Response answer(WebSocketOffer offer, DuplexStream bytes) {
    var protocol = protocol(offer);
    return new Response.TakenOver(
        exchange -> {
          try (bytes;
              var socket = exchange.webSocket(protocol, Headers.EMPTY)) {
            Thread.ofVirtual().name("log-socket").start(() -> awaitClose(socket, bytes));
            copy(bytes, socket, protocol.equals(BASE64));
          }
        });
  }

  private static String protocol(WebSocketOffer offer) {
    if (offer.protocols().isEmpty()) {
      return "";
    }
    return offer.protocols().stream()
        .filter(PROTOCOLS::contains)
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.badRequest(
                    "requested protocol(s) are not supported: "
                        + offer.protocols()
                        + "; supports [binary.k8s.io base64.binary.k8s.io]"));
  }

  /// The first, empty message tells that the log is open.
  private static void copy(DuplexStream from, WebSocketStream to, boolean base64)
      throws IOException {
    var buffer = new byte[BUFFER];
    for (int read = 0; read >= 0; read = from.input().read(buffer)) {
      var bytes = Arrays.copyOf(buffer, read);
      to.send(
          base64
              ? new WebSocketMessage.Text(Base64.getEncoder().encodeToString(bytes))
              : new WebSocketMessage.Binary(bytes));
    }
  }

  private static void awaitClose(WebSocketStream socket, DuplexStream bytes) {
    try {
      while (socket.receive().isPresent()) {
        // Readers of logs have nothing to say.
      }
    } catch (IOException gone) {
      log.debug("log socket ended: {}", gone.toString());
    } finally {
      bytes.close();
    }
  }
}
