package io.kubejar.http;

import io.netty.channel.Channel;

/// Sends without waiting. A send that fails is not looked at here: the connection then closes, and
/// that is what everybody acts on.
@SuppressWarnings("FutureReturnValueIgnored")
final class Sending {
  private Sending() {}

  /// Sends with the next flush.
  static void write(Channel channel, Object message) {
    channel.write(message);
  }

  /// Sends at once.
  static void flush(Channel channel, Object message) {
    channel.writeAndFlush(message);
  }
}
