package io.kubejar.http;

/// One whole WebSocket message.
public sealed interface WebSocketMessage {
  record Text(String text) implements WebSocketMessage {}

  record Binary(byte[] bytes) implements WebSocketMessage {}
}
