package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.request.WebSocketOffer;
import io.kubejar.http.Headers;
import io.kubejar.http.WebSocketStream;
import java.io.IOException;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A watch over a WebSocket: one event a message. The client only listens; when it closes, the
/// watch ends.
final class WatchSocket {
  private static final Logger log = LoggerFactory.getLogger(WatchSocket.class);

  private WatchSocket() {}

  /// @param text whether events are text, as JSON is
  /// @param events writes them, flushing after each one
  /// @param stop makes that end; may be called by another thread
  static Response answer(
      Request request, WebSocketOffer offer, boolean text, Response.Body events, Runnable stop) {
    if (!hasOrigin(request)) {
      return Response.text(403, "403 Forbidden");
    }
    if (offer.protocols().size() > 1) {
      throw ApiException.badRequest("missing or bad WebSocket-Protocol");
    }
    var protocol = offer.protocols().isEmpty() ? "" : offer.protocols().getFirst();
    return new Response.TakenOver(
        exchange -> {
          try (var socket = exchange.webSocket(protocol, Headers.EMPTY);
              var messages = new MessageStream(socket, text)) {
            Thread.ofVirtual().name("watch-socket").start(() -> awaitClose(socket, stop));
            events.writeTo(messages);
          }
        });
  }

  /// Only clients that say where they come from, as browsers do: upstream's library insists on it.
  private static boolean hasOrigin(Request request) {
    var origin = request.headers().firstOr("Origin", "");
    try {
      return !origin.equals("null") && URI.create(origin).isAbsolute();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static void awaitClose(WebSocketStream socket, Runnable stop) {
    try {
      while (socket.receive().isPresent()) {
        // What a watcher says does not matter.
      }
    } catch (IOException gone) {
      log.debug("watch socket ended: {}", gone.toString());
    } finally {
      stop.run();
    }
  }
}
