package io.kubejar.http;

import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;

/// Sends without waiting. A send that fails is not looked at here: the connection then closes, and
/// that is what everybody acts on.
@SuppressWarnings("FutureReturnValueIgnored")
final class Sending {
  private Sending() {}

  /// Sends with the next flush.
  static void write(Channel channel, Object message) {
    if (open(channel, message)) {
      channel.write(message);
    }
  }

  /// Sends at once.
  static void flush(Channel channel, Object message) {
    if (open(channel, message)) {
      channel.writeAndFlush(message);
    }
  }

  private static boolean open(Channel channel, Object message) {
    if (channel.isActive()) {
      return true;
    }
    ReferenceCountUtil.release(message);
    return false;
  }
}
