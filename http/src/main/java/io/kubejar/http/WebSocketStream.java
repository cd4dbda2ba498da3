package io.kubejar.http;

import java.io.IOException;
import java.util.Optional;

/// WebSocket messages both ways. Pings are answered, fragments are joined. Receiving and sending
/// may happen on two threads; sending is safe from several.
public interface WebSocketStream extends AutoCloseable {
  /// The subprotocol agreed on, or empty.
  String subprotocol();

  /// Waits for the next message; empty once the peer closed or went away.
  Optional<WebSocketMessage> receive() throws IOException;

  void send(WebSocketMessage message) throws IOException;

  /// Closes with a status code (1000 = normal) and a reason.
  void close(int code, String reason);

  @Override
  default void close() {
    close(1000, "");
  }
}
