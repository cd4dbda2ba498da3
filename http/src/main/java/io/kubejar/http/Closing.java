package io.kubejar.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/// Ways to end a connection. What becomes of the attempt shows in the channel's own end.
@SuppressWarnings("FutureReturnValueIgnored")
final class Closing {
  private static final long LINGER_MILLIS = 500;
  private static final long FLUSH_SECONDS = 5;

  private Closing() {}

  /// Ends both directions at once.
  static void now(Channel channel) {
    channel.close();
  }

  /// Ends our direction once everything written is out.
  static void endOutput(Channel channel) {
    if (!channel.isActive()) {
      return;
    }
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              var ssl = channel.pipeline().get(SslHandler.class);
              if (ssl != null) {
                ssl.closeOutbound();
              } else if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              }
            });
  }

  /// Closes once everything written is out, or the peer has not taken it for a while.
  static void afterFlush(Channel channel) {
    if (!channel.isActive()) {
      return;
    }
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    closeLater(channel, FLUSH_SECONDS, TimeUnit.SECONDS);
  }

  /// Ends our direction, and the other one a little later: a peer that is still sending would
  /// otherwise be reset and might lose the answer.
  static void lingering(Channel channel) {
    endOutput(channel);
    closeLater(channel, LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static void closeLater(Channel channel, long delay, TimeUnit unit) {
    if (channel.eventLoop().isShuttingDown()) {
      channel.close();
      return;
    }
    var timer = channel.eventLoop().schedule(() -> channel.close(), delay, unit);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }
}
