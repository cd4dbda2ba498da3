package io.kubejar.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/// How one protocol version puts an answer on its connection. Called in order by the handler's
/// thread.
interface Wire {
  /// What stands for an answer's length when it is not known yet.
  long UNKNOWN_LENGTH = -1;

  Outflow outflow();

  /// Sends the head; with `last`, it is the whole answer.
  void head(int status, Headers headers, long length, boolean last);

  /// Sends a short answer in one go.
  void answer(int status, Headers headers, byte[] content) throws IOException;

  /// Wraps a piece of the body.
  Object data(ByteBuf bytes);

  /// Ends the body.
  void end();

  /// Cuts the answer off so that the peer sees that it is incomplete.
  void abort();

  /// Tells the peer to send the body it announced.
  void goAhead();

  /// Sends 101 and leaves HTTP.
  Upgraded upgrade(Headers headers) throws IOException;

  WebSocketStream webSocket(String subprotocol, Headers headers) throws IOException;
}
