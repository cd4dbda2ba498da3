package io.kubejar.simulation.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.http.WebSocketMessage;
import io.kubejar.http.WebSocketStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// A command for a client that speaks WebSocket: each message begins with the number of a channel.
final class SocketCommand implements Command.Wire {
  /// The best first. The last one has no name; its error channel carries a text, not a `Status`.
  static final List<String> PROTOCOLS =
      List.of("v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io");

  private static final int CLOSE = 255;

  private final WebSocketStream socket;

  private SocketCommand(WebSocketStream socket) {
    this.socket = socket;
  }

  /// Runs the command, and returns when it is over and the connection closed.
  static void converse(WebSocketStream socket, Command.Order order)
      throws IOException, InterruptedException {
    var wire = new SocketCommand(socket);
    wire.frame(order.streams().stdout() ? Channel.STDOUT : Channel.ERROR, new byte[0]);
    var command = new Command(order, wire);
    command.start();
    try {
      for (var next = socket.receive(); next.isPresent(); next = socket.receive()) {
        if (next.get() instanceof WebSocketMessage.Binary(var bytes) && bytes.length > 0) {
          take(command, bytes);
        }
      }
    } finally {
      command.cancel();
    }
  }

  private static void take(Command command, byte[] bytes) throws IOException {
    int number = bytes[0] & 0xff;
    if (number == CLOSE && bytes.length > 1) {
      var channel = Channel.numbered(bytes[1] & 0xff);
      if (channel.isPresent()) {
        command.ended(channel.get());
      }
      return;
    }
    var channel = Channel.numbered(number);
    if (channel.isPresent()) {
      command.received(channel.get(), Arrays.copyOfRange(bytes, 1, bytes.length));
    }
  }

  @Override
  public void send(Channel channel, byte[] bytes, boolean last) throws IOException {
    boolean named = socket.subprotocol().startsWith("v");
    var content = channel == Channel.ERROR && !named ? text(bytes) : bytes;
    if (content.length > 0) {
      frame(channel, content);
    }
    if (last && channel == Channel.ERROR) {
      socket.close();
    }
  }

  private static byte[] text(byte[] status) {
    return Status.CODEC.fromJson(status).message().getBytes(UTF_8);
  }

  private void frame(Channel channel, byte[] bytes) throws IOException {
    var message = new byte[bytes.length + 1];
    message[0] = channel.number();
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    socket.send(new WebSocketMessage.Binary(message));
  }
}
