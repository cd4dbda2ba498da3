package io.kubejar.apiserver.connect;

import io.kubejar.http.WebSocketMessage;
import io.kubejar.http.WebSocketStream;
import java.io.IOException;
import java.util.Arrays;

/// A WebSocket whose messages begin with the number of a channel. (`v5.channel.k8s.io`)
record ChannelSocket(WebSocketStream socket, StreamTranslator.Wanted wanted) {
  static final int STDIN = 0;
  static final int STDOUT = 1;
  static final int STDERR = 2;
  static final int ERROR = 3;
  static final int RESIZE = 4;

  /// Not a channel: the next byte names one that ends.
  private static final int CLOSE = 255;

  /// Hears what the client says.
  interface Listener {
    void data(int channel, byte[] bytes) throws IOException;

    void ended(int channel) throws IOException;
  }

  /// Tells that the connection stands, by an empty message.
  void greet() throws IOException {
    send(wanted.stdout() ? STDOUT : wanted.stderr() ? STDERR : ERROR, new byte[0]);
  }

  void send(int channel, byte[] bytes) throws IOException {
    var message = new byte[bytes.length + 1];
    message[0] = (byte) channel;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    socket.send(new WebSocketMessage.Binary(message));
  }

  /// How it all ended.
  void status(byte[] json) throws IOException {
    send(ERROR, json);
  }

  /// Reads until the client closes.
  void read(Listener listener) throws IOException {
    for (var next = socket.receive(); next.isPresent(); next = socket.receive()) {
      if (next.get() instanceof WebSocketMessage.Binary(var bytes) && bytes.length > 0) {
        int channel = bytes[0] & 0xff;
        if (channel == CLOSE && bytes.length > 1) {
          listener.ended(bytes[1] & 0xff);
        } else {
          listener.data(channel, Arrays.copyOfRange(bytes, 1, bytes.length));
        }
      }
    }
  }
}
