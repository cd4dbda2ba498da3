package io.kubejar.http;

/// One whole WebSocket message.
public sealed interface WebSocketMessage {
  record Text(String text) implements WebSocketMessage {}

  /// The bytes belong to the message: nobody changes them, and they are compared by identity.
  @SuppressWarnings("ArrayRecordComponent")
  record Binary(byte[] bytes) implements WebSocketMessage {}
}
