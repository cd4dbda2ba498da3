package io.kubejar.simulation.kubelet;

import io.kubejar.http.WebSocketMessage;
import io.kubejar.http.WebSocketStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One connection for each port that the request names, for a client that speaks WebSocket: of each
/// pair of channels the first one carries data and the second one what went wrong. Each channel
/// begins with the number of its port, the low byte first.
final class SocketPorts {
  static final List<String> PROTOCOLS =
      List.of("v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io");

  private SocketPorts() {}

  /// Serves until the client closes, or all connections have ended.
  static void converse(WebSocketStream socket, Forwarded.Ports ports, List<Integer> wanted)
      throws IOException, InterruptedException {
    var connections = new ArrayList<Forwarded>();
    for (int i = 0; i < wanted.size(); i++) {
      int port = wanted.get(i);
      var name = new byte[] {(byte) port, (byte) (port >> 8)};
      frame(socket, 2 * i, name);
      frame(socket, 2 * i + 1, name);
      connections.add(Forwarded.start(ports, port, wire(socket, 2 * i)));
    }
    try {
      for (var next = socket.receive(); next.isPresent(); next = socket.receive()) {
        if (next.get() instanceof WebSocketMessage.Binary(var bytes) && bytes.length > 1) {
          int channel = bytes[0] & 0xff;
          if (channel % 2 == 0 && channel / 2 < connections.size()) {
            connections.get(channel / 2).input().put(Arrays.copyOfRange(bytes, 1, bytes.length));
          }
        }
      }
    } finally {
      for (var connection : connections) {
        connection.cancel();
      }
    }
  }

  private static Forwarded.Wire wire(WebSocketStream socket, int channel) {
    return new Forwarded.Wire() {
      @Override
      public void data(byte[] bytes) throws IOException {
        frame(socket, channel, bytes);
      }

      // There is no way to end one of several channels: the end of one is the end of all.
      @Override
      public void end(byte[] error) throws IOException {
        if (error.length > 0) {
          frame(socket, channel + 1, error);
        }
        socket.close();
      }
    };
  }

  private static void frame(WebSocketStream socket, int channel, byte[] bytes) throws IOException {
    var message = new byte[bytes.length + 1];
    message[0] = (byte) channel;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    socket.send(new WebSocketMessage.Binary(message));
  }
}
